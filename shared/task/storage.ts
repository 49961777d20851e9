import type { UnreadableRowError } from './errors.ts';
import type { Change } from './operations.ts';
import type { TaskRow } from './task-row.ts';
import type { FinalStatus, TaskKey } from './task.ts';

/** What became of a conditional write. Losing is an ordinary outcome; `row` is then the row that refused, if there is one. */
export type WriteResult =
  | { readonly applied: true; readonly row: TaskRow }
  | { readonly applied: false; readonly row: TaskRow | undefined };

/** An open task in the index of times to look. */
export interface OpenEntry extends TaskKey {
  readonly lookAt: number;
}

/** Where an ended task stands in the index of ends. */
export interface EndedPlace {
  readonly id: string;
  readonly stoppedAt: number;
}

/** Ended tasks that were read at once. */
export interface EndedPage {
  readonly rows: readonly TaskRow[];
  /** Why rows are left out that this version does not read; one of them does not hold up the others. */
  readonly unreadable: readonly UnreadableRowError[];
  /** Where to go on; absent when nothing follows. A page may be short or empty while it stands. */
  readonly next?: EndedPlace | undefined;
}

/**
 * Where tasks are kept: one row a task, and payload rows beside it. Every implementation passes the contract suite.
 * Reads and writes are strongly consistent and each is atomic by itself. A row that has expired at `now` is absent for
 * `get`, `create` and `set`. Every method rejects with an `UnavailableError` when the storage does not do its work; a
 * write may then have happened or not.
 */
export interface TaskStorage {
  /** The task row. `eventual` allows an older state, at half the price. */
  get(
    key: TaskKey,
    options: { readonly now: number; readonly eventual?: boolean },
  ): Promise<TaskRow | undefined>;

  /** Stores a new row, if none with its key is there. Its own create sent again never replaces it, even when it has ended and expired since. */
  create(row: TaskRow, now: number): Promise<WriteResult>;

  /**
   * Stores the row with its version raised by one, if none with its key is there, or one that is not final, was created
   * by the same create, and has the version that `row` has.
   */
  set(row: TaskRow, now: number): Promise<WriteResult>;

  /** Changes the row, if it exists and the change's conditions hold of it. */
  update(key: TaskKey, change: Change): Promise<WriteResult>;

  /**
   * Stores a payload row of the task. It is written before the task row names it, and its `ref` stands for its content
   * (a hash or a random name), so writing it again changes nothing that anybody reads; it may extend its life.
   */
  putPayload(key: TaskKey, ref: string, json: string, expiresAt: number): Promise<void>;

  /** The JSON texts of payload rows, by their `ref`; what is not there is missing from the map. */
  getPayloads(key: TaskKey, refs: readonly string[]): Promise<ReadonlyMap<string, string>>;

  /**
   * Open tasks of one index shard with `lookAt` from `from` to `until`, both included, oldest first, at most `limit`; those that
   * follow `after`, an entry of an earlier page, whether or not it is still there. Those of one moment have one order. It may lag behind.
   */
  listOpen(
    shard: number,
    options: {
      /** @default 0 */
      readonly from?: number | undefined;
      readonly until: number;
      readonly limit: number;
      readonly after?: OpenEntry | undefined;
    },
  ): Promise<readonly OpenEntry[]>;

  /**
   * Ended tasks of a tenant in one index shard that stopped at or before `until`, newest first, at most `limit`, and without those that
   * have expired; those that follow `after`, whether or not it is still there. Those of one moment have one order. It may lag behind.
   */
  listEnded(
    query: { readonly tenant: string; readonly finalStatus: FinalStatus; readonly shard: number },
    options: {
      readonly until: number;
      readonly limit: number;
      readonly now: number;
      readonly after?: EndedPlace | undefined;
    },
  ): Promise<EndedPage>;

  /** How many bytes the row takes here, as the storage bills them. */
  sizeOf(row: TaskRow): number;
}
