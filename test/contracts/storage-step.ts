import type { TaskStorage, WriteResult } from '../../shared/task/storage.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import type { TaskKey } from '../../shared/task/task.ts';
import { givesWay, hasEnded, isGone } from './operation-rules.ts';
import type { OperationRule } from './operation-rules.ts';

/** One call about one row: how a storage is asked, and what the rules say. */
export interface StorageStep {
  ask(storage: TaskStorage): Promise<WriteResult | TaskRow | undefined>;
  /** The answer, and the row that is there afterwards, when `row` was there before. */
  must(row: TaskRow | undefined): Expected;
}

interface Expected {
  readonly answer: WriteResult | TaskRow | undefined;
  readonly row: TaskRow | undefined;
  /** Whether the row is another task's than before. */
  readonly isNew?: boolean;
}

/** A consistent read. */
export function getStep(key: TaskKey, now: number): StorageStep {
  return {
    ask: (storage) => storage.get(key, { now }),
    must: (row) => ({ answer: isGone(row, now) ? undefined : row, row }),
  };
}

export function createStep(row: TaskRow, now: number): StorageStep {
  return {
    ask: (storage) => storage.create(row, now),
    must: (present) => (givesWay(present, row, now) ? begins(row) : loses(present)),
  };
}

export function setStep(row: TaskRow, now: number): StorageStep {
  return {
    ask: (storage) => storage.set(row, now),
    must(present) {
      const isUnchanged =
        present !== undefined &&
        !hasEnded(present) &&
        present.nonce === row.nonce &&
        present.version === row.version;
      const next = { ...row, version: row.version + 1 };
      if (givesWay(present, next, now)) return begins(next);
      return isUnchanged ? wins(next) : loses(present);
    },
  };
}

export function updateStep(key: TaskKey, { change, after }: OperationRule): StorageStep {
  return {
    ask: (storage) => storage.update(key, change),
    must(row) {
      const next = row && after(row);
      return row && next ? wins({ ...next, version: row.version + 1 }) : loses(row);
    },
  };
}

function wins(row: TaskRow): Expected {
  return { answer: { applied: true, row }, row };
}

function begins(row: TaskRow): Expected {
  return { ...wins(row), isNew: true };
}

function loses(row: TaskRow | undefined): Expected {
  return { answer: { applied: false, row }, row };
}
