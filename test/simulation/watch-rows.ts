import { CLOCK_SKEW_MS, BACKOFF_CAP_MS, FIRST_LOOK_MS } from '../../shared/task/limits.ts';
import { isExpired } from '../../shared/task/task-row.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import type { FinalStatus, TaskKey } from '../../shared/task/task.ts';
import type { RunningAttempt } from './sim-actions.ts';
import type { Invariant } from './invariants.ts';
import { reachedBound } from './reached-bound.ts';
import { wrongRetry } from './wrong-retry.ts';
import type { SimProcess, Universe } from './sim-process.ts';
import type { RowWrite } from './table.ts';

/** A task as the world knows it: what was stored for one create, from its first row to its end. */
export interface KnownTask {
  readonly key: TaskKey;
  readonly nonce: string;
  readonly createdAt: number;
  readonly deadlineAt: number;
  readonly startAt: number | undefined;
  /** By true time. */
  readonly bornAt: number;
  claims: number;
  /** When a cancel was first requested, by true time. */
  cancelRequestedAt?: number;
  final?: {
    readonly status: FinalStatus;
    readonly at: number;
    readonly row: TaskRow;
    /** The output's JSON text that every reader must get; undefined for none. */
    readonly output: string | undefined;
    /** It waited for completion from outside when it ended. */
    readonly wasParked: boolean;
  };
}

/** What the world knows of all tasks. */
export interface RowWatcher {
  onWrite(write: RowWrite): void;
  onDelete(row: TaskRow): void;
  /** The clock sends the task again. */
  onSend(process: SimProcess, key: TaskKey): void;
  /** The attempts that began, by their claimId. */
  readonly attempts: Map<string, RunningAttempt>;
  /** What a process that completes or marks a task means to store, by its name. */
  readonly intents: Map<string, string>;
  readonly tasks: ReadonlyMap<string, KnownTask>;
  /** Whether no message of the task was needed at some moment since `since`. */
  wasAtRest(key: TaskKey, since: number): boolean;
}

/** A lease is renewed when a third of its 2 min has passed; requests take their time. */
const HEARD_MS = 60_000;
/** A write that is on its way for long brings times that are as old. */
const LATE_WRITE_MS = 60_000;

/** Makes a watcher, which checks every write of a row against the invariants at the moment when it happens. */
export function watchRows(
  { engine, faults, recorder }: Universe,
  retentionMs: number,
  rowOf: (key: TaskKey) => TaskRow | undefined,
): RowWatcher {
  const attempts = new Map<string, RunningAttempt>();
  const intents = new Map<string, string>();
  const tasks = new Map<string, KnownTask>();
  const restedAt = new Map<string, number>();
  const senders = new Map<string, SimProcess>();
  const skew = faults.skewBoundMs;
  const nameOf = ({ tenant, id }: TaskKey) => `${tenant}/${id}`;

  function check(row: TaskRow, invariant: Invariant, holds: boolean, what: string): void {
    recorder.check(invariant, holds, row.id, () => `${what}: ${describe(row)}`);
  }

  function onWrite({ process, step, before, after }: RowWrite): void {
    recorder.note(after.id, () => `${process.name} ${step} -> ${describe(after)}`);
    if (isAtRest(before)) restedAt.set(nameOf(after), engine.now());
    const isNew = before === undefined || before.nonce !== after.nonce;
    if (isNew && step.startsWith('update'))
      return check(after, 'I17', false, 'a change made a row where there was none');
    if (isNew) born(process, before, after);
    else changed(process, step, before, after);
    if (after.finalStatus === undefined) checkOpen(after);
    else checkEnded(after);
  }

  function born(process: SimProcess, before: TaskRow | undefined, after: TaskRow): void {
    const place = before === undefined || isExpired(before, process.clock.now());
    check(after, 'I8', place, 'a second create took the place of a task that is there');
    const { tenant, id, nonce, createdAt, deadlineAt, startAt } = after;
    const times = { createdAt, deadlineAt, startAt, bornAt: engine.now() };
    tasks.set(nonce, { key: { tenant, id }, nonce, ...times, claims: 0 });
  }

  function changed(process: SimProcess, step: string, before: TaskRow, after: TaskRow): void {
    check(after, 'I1', before.finalStatus === undefined, `${process.name} changed an ended task`);
    check(after, 'I3', after.attempt >= before.attempt, 'the number of attempts fell');
    check(after, 'I3', after.version === before.version + 1, 'a write did not raise the version by one');
    const task = tasks.get(after.nonce);
    if (task === undefined) return;
    if (after.cancelRequested && task.cancelRequestedAt === undefined) {
      task.cancelRequestedAt = engine.now();
      engine.at(engine.now() + HEARD_MS, () => checkHeard(after));
    }
    const isOwn = before.claimId !== undefined && process.claims.has(before.claimId);
    if (step === 'update claim') claimed(process, task, before, after);
    else if (after.leaseUntil !== undefined && after.leaseUntil !== before.leaseUntil) {
      check(after, 'I5', isOwn, `${process.name} extended a lease that is not its own`);
      checkReliable(process, before, after);
    }
    if (step === 'update release' || step === 'update park')
      check(after, 'I2', isOwn, `${process.name} gave back a claim that is not its own`);
    if (after.dispatches > before.dispatches) senders.set(nameOf(after), process);
    if (step === 'update note progress')
      check(
        after,
        'I13',
        isOwn,
        `${process.name} noted progress with a token that is not of the newest claim`,
      );
    const isOfAttempt = process.role === 'worker' && isOwn;
    const wrong = isOfAttempt ? wrongRetry(before, after, engine.now() + skew) : undefined;
    check(after, 'I18', wrong === undefined, `${process.name}: ${wrong}`);
    if (after.finalStatus !== undefined && before.finalStatus === undefined)
      ended(process, task, { before, after, isOwn });
  }

  /** A lease may become shorter only when its attempt, which has a bound of its own, does not rely on more. */
  function checkReliable(process: SimProcess, before: TaskRow, { leaseUntil = 0, ...after }: TaskRow): void {
    const attempt = attempts.get(after.claimId ?? '');
    if (attempt === undefined || leaseUntil >= (before.leaseUntil ?? 0)) return;
    const stopsAt = Math.min(attempt.beganAt + attempt.timeoutMs, after.deadlineAt, process.endsAt);
    const suffices = leaseUntil + 2 * skew + CLOCK_SKEW_MS >= stopsAt;
    check(after, 'I5', suffices, `${process.name} shortened a lease that its attempt relies on`);
  }

  function claimed(process: SimProcess, task: KnownTask, before: TaskRow, after: TaskRow): void {
    const now = engine.now() + skew;
    task.claims += 1;
    if (after.claimId !== undefined) process.claims.add(after.claimId);
    check(after, 'I5', (before.leaseUntil ?? 0) <= now, `${process.name} claimed under a live lease`);
    check(after, 'I7', before.finalStatus === undefined, `${process.name} claimed an ended task`);
    check(after, 'I7', !before.cancelRequested, `${process.name} claimed a task that is to be cancelled`);
    const isOver = before.deadlineAt <= engine.now() - skew - LATE_WRITE_MS;
    check(after, 'I7', !isOver, `${process.name} claimed a task past its deadline`);
    check(after, 'I7', !before.parked, `${process.name} claimed a parked task`);
    check(
      after,
      'I18',
      task.claims <= before.maxAttempts,
      `claim ${task.claims} of at most ${before.maxAttempts}`,
    );
    const isDue = Math.max(before.startAt ?? 0, before.retryAt ?? 0) <= now;
    check(after, 'I18', isDue, `${process.name} claimed before the time`);
    check(after, 'I3', after.attempt === before.attempt + 1, 'a claim did not count its attempt');
  }

  function ended(
    process: SimProcess,
    task: KnownTask,
    { before, after, isOwn }: { readonly before: TaskRow; readonly after: TaskRow; readonly isOwn: boolean },
  ): void {
    const { role } = process;
    const now = engine.now() + skew;
    const { finalStatus: status = 'failed', error } = after;
    if (role === 'complete')
      check(after, 'I13', isOwn, 'a token that is not of the newest claim ended the task');
    else if (role !== 'mark' && !isOwn) {
      check(after, 'I6', (before.leaseUntil ?? 0) <= now, `${process.name} ended a task under a live lease`);
      const reason = status === 'failed' ? reachedBound(before, error?.code, now) : true;
      const isResult = status === 'succeeded' || reason === undefined;
      check(after, 'I2', !isResult, `${process.name} stored a result without the claim`);
      check(after, 'I18', reason !== false, `failed with ${error?.code} before the bound`);
    }
    if (status === 'cancelled') {
      const asked = before.cancelRequested === true || role === 'cancel' || role === 'mark';
      check(after, 'I18', asked, `${process.name} cancelled what nobody wanted cancelled`);
    }
    const output =
      intents.get(process.name) ?? (isOwn ? attempts.get(before.claimId ?? '')?.output : undefined);
    if (status === 'succeeded' && after.output !== undefined && 'json' in after.output)
      check(after, 'I2', after.output.json === output, 'the output is not that of the newest claim');
    task.final = {
      status,
      at: engine.now(),
      row: after,
      output: status === 'succeeded' ? output : undefined,
      wasParked: before.parked === true,
    };
  }

  /** An attempt that nothing disturbs hears of a cancel with the next renewal of its lease. */
  function checkHeard(row: TaskRow): void {
    const attempt = attempts.get(row.claimId ?? '');
    if (attempt === undefined || attempt.endedAt !== undefined) return;
    if (!attempt.process.isAlive() || attempt.process.isDisturbed()) return;
    check(row, 'I4', attempt.signal.aborted, `${attempt.process.name} did not hear of a cancel`);
  }

  /** What is left in the row of an ended task: nothing of an open one, and when it expires. */
  function checkEnded(row: TaskRow): void {
    const { lookAt, leaseUntil, retryAt, parked, expiresAt = 0 } = row;
    check(row, 'I18', lookAt === undefined, 'the clock would look at an ended task for ever');
    const isFree = leaseUntil === undefined && retryAt === undefined && !parked;
    check(row, 'I1', isFree, 'an ended task is held, parked or waits for a retry');
    const wrongMs = Math.abs(expiresAt - engine.now() - retentionMs);
    check(row, 'I17', wrongMs <= skew + LATE_WRITE_MS, `it expires ${wrongMs} ms before or after its time`);
  }

  function checkOpen(row: TaskRow): void {
    const now = engine.now();
    check(row, 'I4', row.lookAt !== undefined, 'nobody will look at an open task');
    const last =
      Math.max(row.deadlineAt, row.leaseUntil ?? 0, row.startAt ?? 0) + FIRST_LOOK_MS + CLOCK_SKEW_MS;
    check(row, 'I18', (row.lookAt ?? 0) <= last, 'the next look is too late');
    check(row, 'I18', row.attempt <= row.maxAttempts, 'too many attempts');
    check(row, 'I18', (row.retryAt ?? 0) <= now + BACKOFF_CAP_MS + skew, 'the backoff is too long');
    const looks = 3 + (now - row.createdAt) / (FIRST_LOOK_MS - CLOCK_SKEW_MS);
    if (skew <= CLOCK_SKEW_MS) check(row, 'I18', row.dispatches <= looks, 'sent too often');
  }

  return {
    onWrite,
    onDelete(row) {
      recorder.note(row.id, () => 'TTL deletes the row');
      check(row, 'I4', row.finalStatus !== undefined, 'an open task expired');
    },
    attempts,
    intents,
    tasks,
    onSend: (process, key) =>
      recorder.check(
        'I18',
        senders.get(nameOf(key)) === process,
        key.id,
        () => `${process.name} sent what it has not counted`,
      ),
    wasAtRest: (key, since) => isAtRest(rowOf(key)) || (restedAt.get(nameOf(key)) ?? 0) >= since,
  };
}

/** Whether no message is needed for the row: final, parked or not there. */
function isAtRest(row: TaskRow | undefined): boolean {
  return row === undefined || row.finalStatus !== undefined || row.parked === true;
}

function describe(row: TaskRow): string {
  const { finalStatus, activeStatus, attempt, claimId = '-', parked, cancelRequested, version } = row;
  const lease = row.leaseUntil === undefined ? '' : ` lease ${String(row.leaseUntil % 10_000_000)}`;
  const marks = `${parked ? ' parked' : ''}${cancelRequested ? ' cancel requested' : ''}`;
  return `v${version} ${finalStatus ?? activeStatus} attempt ${attempt} claim ${claimId.slice(0, 6)}${lease}${marks}`;
}
