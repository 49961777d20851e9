import { MAX_IDEMPOTENCY_KEY_LENGTH } from '../task/limits.ts';
import type { HttpRequest } from './message.ts';
import { invalidRequest } from './problem.ts';
import { readCreateBody } from './read-create-body.ts';
import type { CreateBody } from './read-create-body.ts';
import { readJsonBody } from './read-body.ts';

/** A request to create a task, as it came. */
export interface CreateTaskRequest extends CreateBody {
  readonly idempotencyKey: string | undefined;
}

/** Reads `POST /tasks`. @throws RequestProblem that names each offending member and the rule */
export async function readCreateRequest(request: HttpRequest): Promise<CreateTaskRequest> {
  for (const parameter of request.query.keys()) {
    throw invalidRequest({ parameter, detail: 'is not a parameter of this call; it has none' });
  }
  const body = await readCreateBody(readJsonBody(request));
  return { ...body, idempotencyKey: readIdempotencyKey(request.headers['idempotency-key']) };
}

/** A quoted string as structured fields have it (RFC 8941, 3.3.3). */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** A bare key does not begin like a quoted one, and has no comma: that is how two headers become one. */
const BARE = /^[!#-+\--~][!-+\--~]*$/;

/** The Idempotency-Key header (IETF draft): a quoted string; a bare one is taken as well, since most callers send that. */
function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = QUOTED.exec(header)?.[1]?.replace(/\\(["\\])/g, '$1') ?? header;
  if ((key === header && !BARE.test(key)) || key.length < 1 || key.length > MAX_IDEMPOTENCY_KEY_LENGTH) {
    throw invalidRequest({
      header: 'Idempotency-Key',
      detail: `must be one key of 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} visible ASCII characters; one with a comma or a space is quoted`,
    });
  }
  return key;
}
