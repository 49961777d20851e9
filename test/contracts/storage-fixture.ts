import { beforeEach, expect } from 'vitest';
import type { Change } from '../../shared/task/operations.ts';
import type { TaskStorage, WriteResult } from '../../shared/task/storage.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import { CREATED_AT, newRow, NOW } from './rows.ts';

/** What the suites of storages ask of the one under test. */
export interface StorageFixture {
  /** The storage of the current test. */
  readonly storage: () => TaskStorage;
  /** A stored row with an id of its own. */
  readonly given: (members?: Partial<TaskRow>) => Promise<TaskRow>;
  /** The row as it is stored. */
  readonly present: (row: TaskRow) => Promise<TaskRow | undefined>;
  readonly update: (row: TaskRow, change: Change) => Promise<WriteResult>;
  /** The change happens, is what a read shows, and raises the version by one; returns the row. */
  readonly expectApplied: (row: TaskRow, change: Change) => Promise<TaskRow>;
  /** The change does not happen, nothing changes, and the row that refused is shown. */
  readonly expectRefused: (row: TaskRow, change: Change) => Promise<void>;
}

/** Opens a storage for each test of the suite that calls this. */
export function storageFixture(open: () => Promise<TaskStorage>): StorageFixture {
  let storage: TaskStorage;
  beforeEach(async () => {
    storage = await open();
  });

  async function present(row: TaskRow): Promise<TaskRow | undefined> {
    return storage.get(row, { now: NOW });
  }

  return {
    storage: () => storage,
    present,
    update: (row, change) => storage.update(row, change),
    async given(members = {}) {
      const row = newRow(members);
      await storage.create(row, CREATED_AT);
      return row;
    },
    async expectApplied(row, change) {
      const result = await storage.update(row, change);
      expect(result.applied).toBe(true);
      expect(await present(row)).toEqual(result.row);
      expect(result.row?.version).toBe(row.version + 1);
      return result.row ?? row;
    },
    async expectRefused(row, change) {
      const before = await present(row);
      expect(await storage.update(row, change)).toEqual({ applied: false, row: before });
      expect(await present(row)).toEqual(before);
    },
  };
}
