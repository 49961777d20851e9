import type { Clock } from './clock.ts';
import { STOP_MARGIN_MS } from './limits.ts';
import { AttemptError } from './task-error.ts';

/** The signal of one attempt, and its end. */
export interface AttemptSignal {
  /** Aborts with an `AttemptError` as its reason. */
  readonly signal: AbortSignal;
  /** When the signal aborts for lack of time, in milliseconds since 1970. */
  readonly endsAt: number;
  abort(reason: AttemptError): void;
  /** The attempt is over: the signal no longer aborts by itself. */
  release(): void;
}

/** Starts the time of an attempt: it has the action's timeout, within what its worker and its task have left. */
export function startAttemptSignal(
  clock: Clock,
  limits: { readonly timeoutMs: number; readonly workerEndsAt: number; readonly deadlineAt: number },
): AttemptSignal {
  const controller = new AbortController();
  const over = new AbortController();
  const { endsAt, reason } = [
    {
      endsAt: clock.now() + limits.timeoutMs,
      reason: new AttemptError('timeout', `The action did not end within ${limits.timeoutMs} ms.`, {
        retryable: true,
      }),
    },
    {
      endsAt: limits.workerEndsAt - STOP_MARGIN_MS,
      reason: new AttemptError('worker-stopping', "The worker's own time was up before the action ended.", {
        retryable: true,
      }),
    },
    {
      endsAt: limits.deadlineAt,
      reason: new AttemptError('deadline-exceeded', 'The task was not finished by its deadline.', {
        retryable: false,
      }),
    },
  ].reduce((first, other) => (other.endsAt < first.endsAt ? other : first));
  void abortInTime();

  async function abortInTime(): Promise<void> {
    await clock.sleep(endsAt - clock.now(), over.signal);
    if (!over.signal.aborted) controller.abort(reason);
  }

  return {
    signal: controller.signal,
    endsAt,
    abort: (why) => controller.abort(why),
    release: () => over.abort(),
  };
}
