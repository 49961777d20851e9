import { UnavailableError, UnreadableRowError } from './errors.ts';
import { INDEX_SHARDS } from './limits.ts';
import type { ListPosition, ListScope } from './list-cursor.ts';
import { mergeSorted } from './merge-sorted.ts';
import type { EndedPlace, OpenEntry, TaskStorage } from './storage.ts';
import type { TaskRow } from './task-row.ts';
import { finalStatuses, hasFinalStatus, statusStarted } from './task.ts';
import type { TaskKey } from './task.ts';

/** One step through a list. */
export interface ListStep {
  /** From where to go on after it; absent where that cannot be told without naming another tenant's task. */
  readonly position?: ListPosition;
  /** How many entries of an index it stands for. */
  readonly entries: number;
  /** The row of a task that the list may show; absent for an entry that is none of the tenant's. */
  load?(): TaskRow | undefined | Promise<TaskRow | undefined>;
}

/** Where a list is read from. */
export interface ListSource {
  readonly storage: TaskStorage;
  /** The time of this reading. */
  readonly now: number;
  /** Hears of every row that is left out because this version does not read it. */
  readonly onUnreadable: (error: UnreadableRowError) => void;
}

/** Entries of an index shard of open tasks read at once: 10 KB of keys. */
const OPEN_PAGE = 100;
/** Rows of an index shard of ended tasks read at once: 10 KB as a rule; a page of a list takes a few from each of 8 or 24. */
const ENDED_PAGE = 10;
/** Later than any task, also one whose writer's clock is ahead. */
const EVER = Number.MAX_SAFE_INTEGER;
const SECOND_MS = 1000;

const shards = Array.from({ length: INDEX_SHARDS }, (_, shard) => shard);

/**
 * The steps of a list in their order, from a position on: the open tasks, soonest look first, then the ended ones, newest first. What is not
 * asked for by action or active status is among them.
 */
export async function* listSteps(
  from: ListSource,
  scope: ListScope,
  start: ListPosition | undefined,
): AsyncGenerator<ListStep, void> {
  const isEnding = start?.section === 'ended';
  if (scope.finalStatus === undefined && !isEnding) yield* openSteps(from, scope.tenant, start);
  if (scope.activeStatus !== statusStarted) yield* endedSteps(from, scope, isEnding ? start : undefined);
}

async function* openSteps(
  from: ListSource,
  tenant: string,
  start: ListPosition | undefined,
): AsyncGenerator<ListStep, void> {
  const sources = shards.map((shard) => openEntries(from.storage, tenant, shard, start));
  let second = secondOf(start?.time ?? 0);
  for await (const { entry, source } of mergeSorted(sources, ({ entry: { lookAt } }) => lookAt)) {
    const { lookAt: time, id } = entry;
    if (secondOf(time) > second) {
      second = secondOf(time);
      // Whole seconds tell nothing of the tasks of others, and a list of which none is the tenant's gets on by them.
      yield { entries: 0, position: { section: 'open', time: second, source: 0 } };
    }
    yield entry.tenant === tenant
      ? { entries: 1, position: { section: 'open', time, source, id }, load: () => loadOpen(from, entry) }
      : { entries: 1 };
  }
}

/** An open task, and the shard that it was read from. */
interface Sourced {
  readonly source: number;
  readonly entry: OpenEntry;
}

/** The open tasks of a shard from a position on, those of all tenants. */
async function* openEntries(
  storage: TaskStorage,
  tenant: string,
  source: number,
  start: ListPosition | undefined,
): AsyncGenerator<Sourced, void> {
  const { time = 0, id, source: reached = 0 } = start ?? {};
  const first = source < reached ? time + 1 : time;
  let after = source === reached && id !== undefined ? { tenant, id, lookAt: time } : undefined;
  for (;;) {
    const page = await storage.listOpen(source, { from: first, until: EVER, limit: OPEN_PAGE, after });
    for (const entry of page) yield { source, entry };
    after = page.at(-1);
    if (page.length < OPEN_PAGE) return;
  }
}

/** The row of an open task; the index lags, and it may have ended, or be gone. */
async function loadOpen(
  { storage, now, onUnreadable }: ListSource,
  key: TaskKey,
): Promise<TaskRow | undefined> {
  try {
    const row = await storage.get(key, { now, eventual: true });
    return row === undefined || hasFinalStatus(row) ? undefined : row;
  } catch (error) {
    if (!(error instanceof UnavailableError && error.cause instanceof UnreadableRowError)) throw error;
    onUnreadable(error.cause);
    return undefined;
  }
}

async function* endedSteps(
  from: ListSource,
  { tenant, finalStatus }: ListScope,
  start: ListPosition | undefined,
): AsyncGenerator<ListStep, void> {
  const asked = finalStatus === undefined ? finalStatuses : [finalStatus];
  const queries = asked.flatMap((status) => shards.map((shard) => ({ tenant, finalStatus: status, shard })));
  const sources = queries.map((query, source) => endedEntries(from, query, source, start));
  yield* mergeSorted(sources, ({ position: { time } }) => -time);
}

/** The ended tasks of one partition from a position on. */
async function* endedEntries(
  { storage, now, onUnreadable }: ListSource,
  query: Parameters<TaskStorage['listEnded']>[0],
  source: number,
  start: ListPosition | undefined,
): AsyncGenerator<Positioned, void> {
  const { time = EVER, id, source: reached = 0 } = start ?? {};
  const until = source < reached ? time - 1 : time;
  let after = source === reached && id !== undefined ? { id, stoppedAt: time } : undefined;
  for (;;) {
    const page = await storage.listEnded(query, { until, limit: ENDED_PAGE, now, after });
    page.unreadable.forEach(onUnreadable);
    let reachedId: string | undefined;
    for (const row of page.rows) {
      reachedId = row.id;
      const position = endedPosition(source, { id: row.id, stoppedAt: row.stoppedAt ?? 0 });
      yield { entries: 1, position, load: () => row };
    }
    after = page.next;
    if (after === undefined) return;
    // What stands at the end of the page has expired, or cannot be read.
    if (after.id !== reachedId) yield { entries: ENDED_PAGE, position: endedPosition(source, after) };
  }
}

type Positioned = ListStep & { readonly position: ListPosition };

function endedPosition(source: number, { id, stoppedAt }: EndedPlace): ListPosition {
  return { section: 'ended', time: stoppedAt, source, id };
}

function secondOf(time: number): number {
  return Math.floor(time / SECOND_MS) * SECOND_MS;
}
