import type { ActionContext } from '../../../shared/task/action.ts';
import { PendingCompletion } from '../../../shared/task/pending-completion.ts';

/** A first attempt's context that keeps what was told to it. */
export interface ObservedContext extends ActionContext {
  readonly percents: readonly number[];
}

/** The context of a first attempt, to be aborted by `signal`. */
export function attemptContext(signal: AbortSignal = new AbortController().signal): ObservedContext {
  const percents: number[] = [];
  return {
    taskId: 'task-1',
    attempt: 1,
    idempotencyKey: 'key-1',
    completionToken: 'token-1',
    waitForCompletion: () => new PendingCompletion(),
    signal,
    deadline: Number.MAX_SAFE_INTEGER,
    progress: (percent) => percents.push(percent),
    log: { info: ignore, warn: ignore, error: ignore },
    percents,
  };
}

function ignore(): void {}
