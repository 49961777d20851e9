import type { Clock } from './clock.ts';
import { reasonOf } from './errors.ts';
import type { UnreadableRowError } from './errors.ts';
import { listedTaskOf } from './fetch-task.ts';
import { MAX_LISTED_ENTRIES, MAX_LISTED_ROWS } from './limits.ts';
import { cursorOf, readCursor } from './list-cursor.ts';
import type { ListFilters, ListScope } from './list-cursor.ts';
import { listSteps } from './list-steps.ts';
import type { ListStep } from './list-steps.ts';
import type { Logger } from './logger.ts';
import type { TaskStorage } from './storage.ts';
import type { TaskRow } from './task-row.ts';
import type { ListedTask } from './task.ts';

/** What listing tasks needs. */
export interface ListDependencies {
  readonly storage: TaskStorage;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A page that is asked for. */
export interface ListQuery extends ListScope {
  /** The most tasks of the page, at least 1. It may differ from page to page. */
  readonly limit: number;
  /** The `nextCursor` of the page before, which had the same tenant and filters. */
  readonly cursor?: string | undefined;
}

/** A page of a list. */
export interface ListPage {
  readonly tasks: readonly ListedTask[];
  /** Where the list goes on; absent at its end. A page may be short or empty while it stands. */
  readonly nextCursor?: string;
}

/** Rows of open tasks read at once. */
const ROWS_AT_ONCE = 25;
/** Steps taken without a look at what they have cost. */
const STEPS_AT_ONCE = 100;

/**
 * A page of the tenant's tasks: the open ones by the time when the clock next looks at them, soonest first, then the ended ones, newest end
 * first; those of one millisecond in any order, though always the same. A page reads a bounded number of index entries and rows, so it may be
 * short or empty though more follows; it always gets on. A row that cannot be read is left out and logged.
 *
 * A list is no snapshot. The indexes lag, by less than a second as a rule, and each page is read at its own time: whoever follows the cursors
 * to the end sees every task that stood still meanwhile once, and may miss or see twice one that did not.
 * @throws CursorInvalidError, with nothing read; UnavailableError.
 */
export async function listTasks(
  { storage, clock, logger }: ListDependencies,
  { limit, cursor, ...scope }: ListQuery,
): Promise<ListPage> {
  const start = cursor === undefined ? undefined : readCursor(cursor, scope);
  const unreadable: UnreadableRowError[] = [];
  const onUnreadable = (error: UnreadableRowError) => void unreadable.push(error);
  const steps = listSteps({ storage, now: clock.now(), onUnreadable }, scope, start);
  const page = await readPage(steps, scope, limit);
  const [error] = unreadable;
  if (error !== undefined) {
    logger.error('task rows that cannot be read were left out of a list', {
      rows: unreadable.length,
      error: reasonOf(error),
    });
  }
  return page;
}

/** All pages of a list, one after the other, each read when its first task is asked for. @throws UnavailableError */
export async function* walkTasks(
  dependencies: ListDependencies,
  query: ListScope & { readonly limit: number },
): AsyncGenerator<ListedTask, void> {
  let cursor: string | undefined;
  do {
    const page = await listTasks(dependencies, { ...query, cursor });
    yield* page.tasks;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

async function readPage(steps: AsyncIterable<ListStep>, scope: ListScope, limit: number): Promise<ListPage> {
  const tasks: ListedTask[] = [];
  let entries = 0;
  let rows = 0;
  for await (const batch of inBatches(steps)) {
    const loaded = await Promise.all(batch.map(async (step) => step.load?.()));
    for (const [index, step] of batch.entries()) {
      const row = loaded[index];
      entries += step.entries;
      rows += Number(step.load !== undefined);
      if (row !== undefined && isAskedFor(row, scope)) tasks.push(listedTaskOf(row));
      const isFull = tasks.length === limit || entries >= MAX_LISTED_ENTRIES || rows >= MAX_LISTED_ROWS;
      if (isFull && step.position !== undefined) return { tasks, nextCursor: cursorOf(step.position, scope) };
    }
  }
  return { tasks };
}

function isAskedFor(row: TaskRow, { activeStatus, action }: ListFilters): boolean {
  const isOfStatus = activeStatus === undefined || row.activeStatus === activeStatus;
  return isOfStatus && (action === undefined || row.action === action);
}

/** Steps of which each batch loads a few rows at once. */
async function* inBatches(steps: AsyncIterable<ListStep>): AsyncGenerator<readonly ListStep[], void> {
  let batch: ListStep[] = [];
  let rows = 0;
  for await (const step of steps) {
    batch.push(step);
    rows += Number(step.load !== undefined);
    if (rows < ROWS_AT_ONCE && batch.length < STEPS_AT_ONCE) continue;
    yield batch;
    batch = [];
    rows = 0;
  }
  yield batch;
}
