import { jsonResponse } from '../../shared/http/message.ts';
import type { HttpResponse } from '../../shared/http/message.ts';
import { checkHealth } from '../../shared/task/check-health.ts';
import type { Clock } from '../../shared/task/clock.ts';
import type { TaskStorage } from '../../shared/task/storage.ts';

/** One look serves everybody who asks within so long: the call needs no credentials, and must not cost more than it is worth. */
const FRESH_MS = 5000;
const RETRY_AFTER_SECONDS = '30';

/** Makes what answers `GET /v1/health`: 200 when all is well, and 503 with the reason in a word. No figures: anybody may ask. */
export function healthAnswer(dependencies: {
  readonly storage: TaskStorage;
  readonly clock: Clock;
}): () => Promise<HttpResponse> {
  let looked = Number.NEGATIVE_INFINITY;
  let health: ReturnType<typeof checkHealth> | undefined;
  return async () => {
    const now = dependencies.clock.now();
    if (health === undefined || now - looked >= FRESH_MS) {
      looked = now;
      health = checkHealth(dependencies);
    }
    const found = await health;
    return found === 'ok'
      ? jsonResponse(200, { status: 'ok' })
      : jsonResponse(503, { status: 'degraded', reason: found }, { 'retry-after': RETRY_AFTER_SECONDS });
  };
}
