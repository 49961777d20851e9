import { expect } from 'vitest';
import { shardOf } from '../../shared/task/identity.ts';
import { INDEX_SHARDS } from '../../shared/task/limits.ts';
import type { EndedPlace, OpenEntry, TaskStorage } from '../../shared/task/storage.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import type { FinalStatus } from '../../shared/task/task.ts';
import { isGone } from './operation-rules.ts';
import { KEYS } from './storage-model.ts';
import type { StorageModel } from './storage-model.ts';

/** The shard of every task of the model. */
const SHARD = shardOf(KEYS[0]?.id ?? '', INDEX_SHARDS);

/** All pages up to a time, one after the other, are the open tasks of which the model knows. */
export async function expectOpen(
  model: StorageModel,
  storage: TaskStorage,
  until: number,
  limit: number,
): Promise<void> {
  const listed: OpenEntry[] = [];
  for (let page: readonly OpenEntry[] | undefined; page?.length !== 0; listed.push(...page)) {
    page = await storage.listOpen(SHARD, { until, limit, after: listed.at(-1) });
    expect(page.length).toBeLessThanOrEqual(limit);
  }
  const due = model
    .rows()
    .flatMap(entryOf)
    .filter(({ lookAt }) => lookAt <= until);
  expectPage(listed, due, due.length, ({ lookAt }) => lookAt);
}

/** The first page of open tasks, or the one after that which was read last, whatever has become of its last entry. */
export async function expectNextPage(
  model: StorageModel,
  storage: TaskStorage,
  goesOn: boolean,
  limit: number,
): Promise<void> {
  const after = goesOn ? model.after : undefined;
  const page = await storage.listOpen(SHARD, { until: Number.MAX_SAFE_INTEGER, limit, after });
  const isListed = (entry: OpenEntry) => page.some((other) => isSame(entry, other));
  const isNext = (entry: OpenEntry) =>
    after === undefined ||
    entry.lookAt > after.lookAt ||
    // Which of the tasks of one moment come first is the storage's own affair.
    (entry.lookAt === after.lookAt && !isSame(entry, after) && isListed(entry));
  expectPage(page, model.rows().flatMap(entryOf).filter(isNext), limit, ({ lookAt }) => lookAt);
  model.after = page.at(-1);
}

/** All pages of ended tasks, newest first, one after the other, are the ended tasks of which the model knows. */
export async function expectEnded(
  model: StorageModel,
  storage: TaskStorage,
  query: { readonly tenant: string; readonly finalStatus: FinalStatus },
  options: { readonly until: number; readonly limit: number; readonly now: number },
): Promise<void> {
  const pages: TaskRow[][] = [];
  let after: EndedPlace | undefined;
  do {
    const page = await storage.listEnded({ ...query, shard: SHARD }, { ...options, after });
    expect(page.rows.length).toBeLessThanOrEqual(options.limit);
    expect(page.unreadable).toEqual([]);
    pages.push([...page.rows]);
    after = page.next;
  } while (after !== undefined);
  const isAskedFor = (row: TaskRow) =>
    row.tenant === query.tenant &&
    row.finalStatus === query.finalStatus &&
    (row.stoppedAt ?? 0) <= options.until &&
    !isGone(row, options.now);
  const asked = model.rows().filter(isAskedFor);
  expectPage(pages.flat(), asked, asked.length, ({ stoppedAt = 0 }) => -stoppedAt);
}

/** `page` is the first `limit` of `entries` in the order of `placeOf`; those that share a place come in any order. */
function expectPage<Entry>(
  page: readonly Entry[],
  entries: readonly Entry[],
  limit: number,
  placeOf: (entry: Entry) => number,
): void {
  const places = entries.map(placeOf).toSorted((a, b) => a - b);
  expect(page.map(placeOf)).toEqual(places.slice(0, limit));
  for (const entry of page) expect(entries).toContainEqual(entry);
  expect(new Set(page.map((entry) => JSON.stringify(entry))).size).toBe(page.length);
}

function entryOf({ tenant, id, lookAt }: TaskRow): OpenEntry[] {
  return lookAt === undefined ? [] : [{ tenant, id, lookAt }];
}

function isSame(a: OpenEntry, b: OpenEntry): boolean {
  return a.tenant === b.tenant && a.id === b.id && a.lookAt === b.lookAt;
}
