import { BACKOFF_BASE_MS, CLOCK_SKEW_MS } from '../../shared/task/limits.ts';
import { AttemptError } from '../../shared/task/task-error.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import type { TaskKey } from '../../shared/task/task.ts';
import type { AttemptListener, RunningAttempt } from './sim-actions.ts';
import type { Universe } from './sim-process.ts';
import type { RowWatcher } from './watch-rows.ts';

/** In a world without faults, this much after its time an attempt has begun. */
const PROMPT_MS = 15_000;

/** This much before its worker's end an attempt has been told to stop. */
const ENDING_MS = 1000;

/** Makes a listener that checks how the attempts of one task follow each other. */
export function watchAttempts(
  { engine, faults, recorder }: Universe,
  watcher: RowWatcher,
  rowOf: (key: TaskKey) => TaskRow | undefined,
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
    const { deadlineAt = Number.POSITIVE_INFINITY } = watcher.tasks.get(nonce) ?? {};
    const lasts = { 'its timeout': attempt.beganAt + attempt.timeoutMs, 'its deadline': deadlineAt };
    for (const [bound, at] of Object.entries(lasts)) checkStopped(attempt, bound, at + faults.skewBoundMs);
    checkStopped(attempt, 'the end of its worker', process.endsAt - ENDING_MS);
    attempt.signal.addEventListener('abort', () => checkLoss(attempt), { once: true });
  }

  /** Where nothing fails, an attempt keeps its lease until its task has ended or another has taken it. */
  function checkLoss({ taskId, nonce, claimId, process, signal }: RunningAttempt): void {
    const reason: unknown = signal.reason;
    if (!(reason instanceof AttemptError) || reason.code !== 'lease-lost' || process.isDisturbed()) return;
    const key = watcher.tasks.get(nonce)?.key;
    const row = key && rowOf(key);
    const isLost = row?.finalStatus !== undefined || row?.claimId !== claimId || row.parked === true;
    recorder.check('I5', isLost, taskId, () => `${process.name} gave up a lease that it could renew`);
  }

  /** The signal of an attempt has told its action when time is up. */
  function checkStopped(attempt: RunningAttempt, bound: string, at: number): void {
    if (!Number.isFinite(at)) return;
    engine.at(at + 1, () => {
      const { taskId, process } = attempt;
      recorder.check('I18', !isUnderWay(attempt), taskId, () => `${process.name} went on past ${bound}`);
    });
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
