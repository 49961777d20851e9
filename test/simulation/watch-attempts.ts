import { BACKOFF_BASE_MS, CLOCK_SKEW_MS } from '../../shared/task/limits.ts';
import type { AttemptListener, RunningAttempt } from './sim-actions.ts';
import type { Universe } from './sim-process.ts';
import type { RowWatcher } from './watch-rows.ts';

/** In a world without faults, this much after its time an attempt has begun. */
const PROMPT_MS = 15_000;

/** Makes a listener that checks how the attempts of one task follow each other. */
export function watchAttempts(
  { engine, faults, recorder }: Universe,
  watcher: RowWatcher,
  hear: Pick<AttemptListener, 'onBegin' | 'onToken'>,
): AttemptListener {
  const ofTask = new Map<string, RunningAttempt[]>();
  const isWithinMargin = 2 * faults.skewBoundMs <= CLOCK_SKEW_MS;

  function onBegin(attempt: RunningAttempt): void {
    const { taskId, nonce, claimId, process } = attempt;
    recorder.note(taskId, () => `${process.name} begins with claim ${claimId.slice(0, 6)}`);
    const others = ofTask.get(nonce) ?? [];
    ofTask.set(nonce, [...others, attempt]);
    watcher.attempts.set(claimId, attempt);
    hear.onBegin(attempt);
    if (isWithinMargin) {
      const rival = others.find((other) => isUnderWay(other));
      recorder.check(
        'I5',
        rival === undefined,
        taskId,
        () => `${process.name} began while ${rival?.process.name} was at work`,
      );
    }
    if (faults.mood === 'calm') checkPromptness(attempt, others.at(-1));
  }

  function isUnderWay({ process, signal, endedAt }: RunningAttempt): boolean {
    return process.isAlive() && !signal.aborted && endedAt === undefined;
  }

  /** Nobody has to wait for a repair where nothing is broken. */
  function checkPromptness(
    { taskId, nonce, beganAt }: RunningAttempt,
    before: RunningAttempt | undefined,
  ): void {
    const task = watcher.tasks.get(nonce);
    if (task === undefined) return;
    const backoffMs = BACKOFF_BASE_MS * 2 ** Math.max(0, task.claims - 2);
    const dueAt =
      before === undefined ? Math.max(task.bornAt, task.startAt ?? 0) : (before.endedAt ?? 0) + backoffMs;
    const isRetry = before?.threw === true || before === undefined;
    recorder.check(
      'I18',
      !isRetry || beganAt <= dueAt + PROMPT_MS,
      taskId,
      () => `nothing failed, and attempt ${task.claims} began ${beganAt - dueAt} ms late`,
    );
  }

  return {
    onBegin,
    onEnd: ({ taskId, process, output, threw }) =>
      recorder.note(
        taskId,
        () => `${process.name} ends${threw ? ' by throwing' : ''}${output ? ' with an output' : ''}`,
      ),
    onToken: (token) => hear.onToken(token),
    now: () => engine.now(),
  };
}
