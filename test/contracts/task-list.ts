import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ListFilters, ListScope } from '../../shared/task/list-cursor.ts';
import { listTasks } from '../../shared/task/list-tasks.ts';
import type { TaskStorage } from '../../shared/task/storage.ts';
import { isExpired } from '../../shared/task/task-row.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import { finalStatuses } from '../../shared/task/task.ts';
import type { ListedTask } from '../../shared/task/task.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createMemoryLogger } from '../fakes/memory-logger.ts';
import { endedRow, newRow, NOW } from './rows.ts';
import { withinTime } from './within-time.ts';

/** Where a list goes on, whatever it has read so far, its pages one after the other. */
interface Walk {
  readonly tasks: readonly ListedTask[];
  readonly cursors: readonly string[];
}

/** More pages than any list here has. */
const MOST_PAGES = 300;

/** Follows the cursors of a list to its end; the limits of the pages come in turn. */
export async function walkPages(
  storage: TaskStorage,
  scope: ListScope,
  limits: readonly number[],
): Promise<Walk> {
  const dependencies = { storage, clock: createManualClock(NOW), logger: createMemoryLogger() };
  const tasks: ListedTask[] = [];
  const cursors: string[] = [];
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const limit = limits[pages % limits.length] ?? 1;
    const page = await listTasks(dependencies, { ...scope, limit, cursor: cursors.at(-1) });
    expect(page.tasks.length).toBeLessThanOrEqual(limit);
    tasks.push(...page.tasks);
    if (page.nextCursor === undefined) return { tasks, cursors };
    cursors.push(page.nextCursor);
  }
  throw new Error(`The list of ${JSON.stringify(scope)} does not end within ${MOST_PAGES} pages.`);
}

/** Few times, so that many tasks share one, in more than one second. */
const anyTime = fc.constantFrom(0, 1, 2, 999, 1000, 5001).map((ms) => NOW - 100_000 + ms);
const anyTenant = fc.constantFrom('default', 'default', 'other/team');
const anyAction = fc.constantFrom('sleep', 'csv-profile');

const anyOpen = fc
  .record({
    tenant: anyTenant,
    action: anyAction,
    activeStatus: fc.constantFrom('started', 'stopped'),
    lookAt: anyTime,
  })
  .map((members) => newRow(members));

const anyEnded = fc
  .record({
    tenant: anyTenant,
    action: anyAction,
    finalStatus: fc.constantFrom(...finalStatuses),
    stoppedAt: anyTime,
    expiresAt: fc.constantFrom(NOW - 1000, NOW + 1000),
  })
  .map((members) => endedRow(members));

const anyFilters: fc.Arbitrary<ListFilters> = fc.record({
  finalStatus: fc.constantFrom(undefined, undefined, ...finalStatuses),
  activeStatus: fc.constantFrom(undefined, undefined, 'started', 'stopped'),
  action: fc.option(anyAction, { nil: undefined }),
});

/** The rule of a list, in plain words: the rows that it shows, and the order of their times. */
function ruleOf(rows: readonly TaskRow[], { tenant, finalStatus, activeStatus, action }: ListScope) {
  const mine = rows.filter(
    (row) =>
      row.tenant === tenant &&
      !isExpired(row, NOW) &&
      (finalStatus === undefined || row.finalStatus === finalStatus) &&
      (activeStatus === undefined || row.activeStatus === activeStatus) &&
      (action === undefined || row.action === action),
  );
  const timesOf = (time: 'lookAt' | 'stoppedAt') => mine.flatMap((row) => row[time] ?? []);
  const times = [
    ...timesOf('lookAt').toSorted((a, b) => a - b),
    ...timesOf('stoppedAt').toSorted((a, b) => b - a),
  ];
  return { ids: mine.map(({ id }) => id).toSorted(), times };
}

/** What a list must show, whatever the storage. `open` gives an empty one. */
export function describeTaskList(open: () => Promise<TaskStorage>, runs: number): void {
  test('a list shows, over all its pages, what its filters ask for, in order, each task once, and nothing of another tenant', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(anyOpen, anyEnded), { minLength: 5, maxLength: 40, size: 'max' }),
        anyFilters,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
        withinTime(async (rows, filters, limits) => {
          const storage = await open();
          await Promise.all(rows.map((row) => storage.create(row, NOW)));
          const scope = { tenant: 'default', ...filters };
          const { tasks, cursors } = await walkPages(storage, scope, limits);
          const { ids, times } = ruleOf(rows, scope);
          expect(tasks.map(({ id }) => id).toSorted()).toEqual(ids);
          const rowOf = new Map(rows.map((row) => [row.id, row]));
          expect(tasks.map(({ id }) => rowOf.get(id)?.lookAt ?? rowOf.get(id)?.stoppedAt)).toEqual(times);
          const told = cursors.map((cursor) => Buffer.from(cursor, 'base64url').toString()).join(' ');
          const others = rows.filter((row) => row.tenant !== scope.tenant);
          expect(others.filter(({ id }) => told.includes(id))).toEqual([]);
        }),
      ),
      { numRuns: runs },
    );
  });
}
