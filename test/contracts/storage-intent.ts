import fc from 'fast-check';
import type { Outcome } from '../../shared/task/operations.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import type { TaskKey } from '../../shared/task/task.ts';
import { ended, operationRules as rules } from './operation-rules.ts';
import type { OperationRule } from './operation-rules.ts';
import { CREATED_AT, error, newRow, succeeded } from './rows.ts';
import { createStep, getStep, setStep, updateStep } from './storage-step.ts';
import type { StorageStep } from './storage-step.ts';

type MakeStep = (key: TaskKey, history: readonly TaskRow[]) => StorageStep;

/** What somebody wants of a row, before it is known which row that meets: it refers to the row's own times and counts. */
export class StorageIntent {
  readonly text: string;
  /** The step on the row that is there; `history` is it and the rows before it, the newest last. */
  readonly on: MakeStep;

  constructor(text: string, on: MakeStep) {
    this.text = text;
    this.on = on;
  }

  /** For the reports of fast-check. */
  toString(): string {
    return this.text;
  }
}

/** How long ended tasks stay readable here; not whole seconds, as their expiry must be. */
const timesAt = (now: number) => ({ now, retentionMs: 1500 });

/** A time of the row, or just before or after it; a row without it is met around its creation. */
const anyMomentOf = (...names: readonly ('createdAt' | 'expiresAt' | (typeof timesOfOpen)[number])[]) =>
  fc.tuple(fc.constantFrom(...names), fc.constantFrom(0, -1, 1)).map(([name, offset]) => ({
    of: (row: TaskRow | undefined) => (row?.[name] ?? row?.createdAt ?? CREATED_AT) + offset,
    text: `at ${name}${offset < 0 ? offset : `+${offset}`}`,
  }));

const timesOfOpen = ['leaseUntil', 'retryAt', 'startAt', 'deadlineAt'] as const;
const anyMoment = anyMomentOf('createdAt', ...timesOfOpen);

/** A moment at which a row may have expired, or not. */
export const anyReadTime = anyMomentOf('createdAt', 'expiresAt', 'expiresAt');

const anyClaimId = fc.constantFrom('a', 'b');
const anySpan = fc.constantFrom(0, 1, 30_000);
const anyTime = anySpan.map((span) => CREATED_AT + span);
/** Most look for what is there, some for what was there or will be. */
const anyDrift = fc.constantFrom(0, 0, 0, 1, -1);
const anyProgress = fc.constantFrom({ percent: 50 }, { percent: 33.3, message: 'a third' });
const anyOutcome = fc.constantFrom<Outcome>(
  succeeded,
  { finalStatus: 'succeeded', output: undefined },
  { finalStatus: 'succeeded', output: { ref: 'output/1' } },
  { finalStatus: 'failed', error: { ...error, attempt: 2 } },
  { finalStatus: 'cancelled' },
);

const anyLook = anyTime.map((lookAt) => ({ lookAt }));
const anyInput = fc.constantFrom<Partial<TaskRow>>({ input: { json: '1' } }, { input: { ref: 'input/1' } });

/** What stands in the way of one operation or another. A row with most of it would refuse everything, and tell nothing. */
const anyObstacle = fc.oneof(
  anyTime.map((startAt): Partial<TaskRow> => ({ startAt, activeStatus: 'stopped' })),
  anyTime.map((retryAt) => ({ retryAt, error })),
  fc.tuple(anyClaimId, anyTime).map(([claimId, leaseUntil]) => ({ claimId, leaseUntil, attempt: 1 })),
  anyClaimId.map((claimId): Partial<TaskRow> => ({ claimId, parked: true })),
  fc.constantFrom<Partial<TaskRow>>(
    { cancelRequested: true },
    { attempt: 2, maxAttempts: 2 },
    { deadlineAt: CREATED_AT + 1000 },
  ),
  anyProgress.map((progress) => ({ progress })),
);

/** An open row in any state, likely or not. */
const anyMembers = fc
  .tuple(anyLook, anyInput, fc.array(anyObstacle, { maxLength: 3 }))
  .map(([look, input, obstacles]): Partial<TaskRow> => Object.assign({}, look, input, ...obstacles));

/** A row that no create before has written. */
function rowAfter({ tenant, id }: TaskKey, history: readonly TaskRow[]): TaskRow {
  return newRow({ tenant, id, nonce: `nonce ${history.length}` });
}

/** A new row, in any state; some have ended as soon as they are there. */
export const anyCreate = fc.tuple(anyMembers, anyReadTime, fc.constantFrom(false, false, false, true)).map(
  ([members, at, hasEnded]) =>
    new StorageIntent(
      `create ${at.text} ${hasEnded ? 'as ended ' : ''}${fc.stringify(members)}`,
      (key, history) => {
        const row = { ...rowAfter(key, history), ...members };
        const stopped = timesAt(row.lookAt ?? CREATED_AT);
        return createStep(hasEnded ? ended(row, succeeded, stopped) : row, at.of(history.at(-1)));
      },
    ),
);

const anyState = fc.constantFrom<'ended' | Partial<TaskRow>>(
  { error },
  { progress: { percent: 1 } },
  'ended',
);

/** A row that was read now or some writes ago, with another state; some come from another task. */
const anySet = fc
  .tuple(anyReadTime, fc.constantFrom(1, 1, 1, 2, 3), anyState, fc.constantFrom(false, false, false, true))
  .map(
    ([at, age, state, isStranger]) =>
      new StorageIntent(
        `set ${at.text}, read ${age - 1} writes ago, ${isStranger ? 'of another, ' : ''}${fc.stringify(state)}`,
        (key, history) => {
          const now = at.of(history.at(-1));
          const mine = history.at(-age) ?? rowAfter(key, history);
          const read = isStranger ? { ...mine, nonce: `another ${history.length}` } : mine;
          return setStep(
            state === 'ended' ? ended(read, succeeded, timesAt(now)) : { ...read, ...state },
            now,
          );
        },
      ),
  );

const anyGet = anyReadTime.map(
  (at) => new StorageIntent(`get ${at.text}`, (key, history) => getStep(key, at.of(history.at(-1)))),
);

type Arbitraries<Args extends unknown[]> = { [Index in keyof Args]: fc.Arbitrary<Args[Index]> };

/** An operation with arguments of some kinds, at a moment that becomes the time that it is for the row. */
function anyUpdate<Args extends unknown[]>(
  name: keyof typeof rules,
  kinds: Arbitraries<Args>,
  ruleOn: (row: TaskRow, now: number, ...args: Args) => OperationRule,
): fc.Arbitrary<StorageIntent> {
  return fc.tuple(anyMoment, fc.tuple<Args>(...kinds)).map(
    ([at, args]) =>
      new StorageIntent([name, at.text, ...args.map(fc.stringify)].join(' '), (key, history) => {
        const row = history.at(-1) ?? rowAfter(key, history);
        return updateStep(key, ruleOn(row, at.of(row), ...args));
      }),
  );
}

const lookOf = ({ lookAt = CREATED_AT }: TaskRow, drift: number) => lookAt + drift;

const anyOperation = fc.oneof(
  {
    weight: 3,
    arbitrary: anyUpdate('claim', [anyClaimId, anySpan], (_row, now, claimId, span) =>
      rules.claim(now, claimId, now + span),
    ),
  },
  anyUpdate(
    'heartbeat',
    [anyClaimId, anyDrift, anySpan, fc.option(anyProgress, { nil: undefined })],
    ({ leaseUntil = CREATED_AT }, now, claimId, drift, span, progress) =>
      rules.heartbeat(claimId, { from: [CREATED_AT, leaseUntil + drift], until: now + span }, progress),
  ),
  anyUpdate('release', [anyClaimId, anySpan], (row, now, claimId, span) =>
    rules.release(claimId, { ...error, attempt: row.attempt }, now + span),
  ),
  anyUpdate('park', [anyClaimId], (row, _now, claimId) => rules.park(claimId, row.deadlineAt)),
  anyUpdate('finish', [anyClaimId, anyOutcome], (_row, now, claimId, outcome) =>
    rules.finish(claimId, outcome, timesAt(now)),
  ),
  anyUpdate('complete', [anyClaimId, anyOutcome], (_row, now, claimId, outcome) =>
    rules.complete(claimId, outcome, 'hash', timesAt(now)),
  ),
  anyUpdate('noteProgress', [anyClaimId, anyProgress], (_row, _now, claimId, progress) =>
    rules.noteProgress(claimId, progress),
  ),
  anyUpdate('cancel', [], (_row, now) => rules.cancel(timesAt(now))),
  anyUpdate('requestCancel', [], (_row, now) => rules.requestCancel(now)),
  anyUpdate('endUnheld', [anyDrift, anyOutcome], (row, now, drift, outcome) =>
    rules.endUnheld(row.attempt + drift, outcome, timesAt(now)),
  ),
  anyUpdate('endLooked', [anyDrift, anyDrift, anyOutcome], (row, now, late, drift, outcome) =>
    rules.endLooked({ lookAt: lookOf(row, late), attempt: row.attempt + drift }, outcome, timesAt(now)),
  ),
  anyUpdate('bump', [anyDrift, anySpan, fc.boolean()], (row, now, drift, span, dispatch) =>
    rules.bump(lookOf(row, drift), now + span, dispatch),
  ),
  anyUpdate('mark', [anyDrift, anyOutcome], (row, now, drift, outcome) =>
    rules.mark(row.createdAt + drift, outcome, timesAt(now)),
  ),
);

/** Anything that may be asked about one row. */
export const anyIntent = fc.oneof(
  { weight: 2, arbitrary: anyCreate },
  { weight: 2, arbitrary: anySet },
  { weight: 1, arbitrary: anyGet },
  { weight: 13, arbitrary: anyOperation },
);
