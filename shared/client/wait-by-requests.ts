import type { ApiTask } from './api-task.ts';
import { isPassing } from './task-api-error.ts';
import type { Timing } from './timing.ts';
import type { Send } from './transport.ts';
import { readBody } from './read-task.ts';

/** The longest wait that the API holds. */
export const MAX_WAIT_SECONDS = 20;
/** An outage that lasts longer ends a wait. */
const MAX_OUTAGE_MS = 10 * 60_000;
const SECOND_MS = 1000;

/** Bounds of one wait. */
export interface WaitOptions {
  /** Ends the wait early: it rejects with the signal's reason. The task goes on. */
  readonly signal?: AbortSignal | undefined;
  /** The task is returned as it was last seen when it has not ended by then. @default as long as the task takes, which its deadline bounds */
  readonly timeoutMs?: number | undefined;
  /** Told of the task at each look, some 20 s apart. */
  readonly onLook?: ((task: ApiTask) => void) | undefined;
}

/**
 * Waits by one bounded wait of the API after another, and through outages of up to ten minutes; the time for one answer may come on top of
 * `timeoutMs`. @throws as any request, when not even one answer came in time
 */
export async function waitByRequests<Task extends ApiTask>(
  { clock, send }: Timing & { readonly send: Send },
  path: string,
  isTask: (json: object) => json is Task,
  { signal, timeoutMs = Infinity, onLook }: WaitOptions,
): Promise<Task> {
  const endsAt = clock.now() + timeoutMs;
  let task: Task | undefined;
  for (;;) {
    const askedAt = clock.now();
    const seconds = Math.min(MAX_WAIT_SECONDS, Math.floor((endsAt - askedAt) / SECOND_MS));
    // The API would hold a connection for nothing while a task is only to start later.
    const query = seconds < 1 || task?.activeStatus === 'stopped' ? '' : `?wait=${seconds}`;
    const retryUntil = Math.min(endsAt, askedAt + MAX_OUTAGE_MS);
    let pauseMs: number;
    try {
      const answer = await send({ method: 'GET', path: path + query, retryUntil, signal });
      task = readBody(answer.json, isTask, 'a task');
      onLook?.(task);
      pauseMs = answer.retryAfterMs ?? SECOND_MS;
    } catch (error) {
      if (task !== undefined && retryUntil === endsAt && isPassing(error)) return task;
      throw error;
    }
    const leftMs = endsAt - clock.now();
    if (task.finalStatus !== null || leftMs <= 0) return task;
    const hasWaited = query !== '' && clock.now() - askedAt >= SECOND_MS;
    if (!hasWaited) await clock.sleep(Math.min(pauseMs, leftMs), signal);
  }
}
