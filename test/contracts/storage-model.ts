import { expect } from 'vitest';
import { shardOf } from '../../shared/task/identity.ts';
import { INDEX_SHARDS } from '../../shared/task/limits.ts';
import type { OpenEntry, TaskStorage } from '../../shared/task/storage.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import type { TaskKey } from '../../shared/task/task.ts';
import { hasEnded, isGone } from './operation-rules.ts';
import type { StorageStep } from './storage-step.ts';

const first = '0';
const second = sharesShardWith(first);

/** The tasks of the model, all in one shard: two of one tenant, and one of another that has the id of the first. */
export const KEYS: readonly TaskKey[] = [
  { tenant: 'default', id: first },
  { tenant: 'default', id: second },
  { tenant: 'other/team', id: first },
];

/** A time at which no row has expired, to see what is there. */
const BEFORE_ALL = 0;

/** What a storage must hold. */
export interface StorageModel {
  /** The rows that were there under a key, the newest last. */
  historyOf(key: TaskKey): readonly TaskRow[];
  /** The rows that are there. */
  rows(): readonly TaskRow[];
  note(row: TaskRow): void;
  /** The texts of the payload rows, each of which tells where it is. */
  readonly payloads: Set<string>;
  /** The last entry of the page of open tasks that was read last. */
  after: OpenEntry | undefined;
}

/** A model that knows no rows. */
export function createStorageModel(): StorageModel {
  const written: TaskRow[] = [];
  const historyOf = ({ tenant, id }: TaskKey) =>
    written.filter((row) => row.tenant === tenant && row.id === id);
  return {
    historyOf,
    rows: () => KEYS.flatMap((key) => historyOf(key).slice(-1)),
    note: (row) => written.push(row),
    payloads: new Set(),
    after: undefined,
  };
}

/** Asks `storage`: the answer and what is there then are what the rules say, and no row changes as none may. */
export async function expectStep(
  model: StorageModel,
  storage: TaskStorage,
  key: TaskKey,
  step: StorageStep,
): Promise<void> {
  const before = model.historyOf(key).at(-1);
  const { answer, row, isNew = false } = step.must(before);
  expect(await step.ask(storage)).toStrictEqual(answer);
  if (row !== undefined && row !== before) {
    if (before !== undefined && !isNew) expectLawful(before, row);
    model.note(row);
  }
  expect(await storage.get(key, { now: BEFORE_ALL })).toStrictEqual(row);
}

/** Every row is there as it must be, those too that were not asked for. */
export async function expectRows(model: StorageModel, storage: TaskStorage): Promise<void> {
  for (const key of KEYS)
    expect(await storage.get(key, { now: BEFORE_ALL })).toStrictEqual(model.historyOf(key).at(-1));
}

/** An eventual read shows a row that was there at some time, or none. */
export async function expectEventual(
  model: StorageModel,
  storage: TaskStorage,
  key: TaskKey,
  now: number,
): Promise<void> {
  const seen = await storage.get(key, { now, eventual: true });
  const visible = model.historyOf(key).filter((row) => !isGone(row, now));
  if (seen !== undefined) expect(visible).toContainEqual(seen);
}

/** The payload rows of a task are those that were written, and no others. */
export async function expectPayloads(model: StorageModel, storage: TaskStorage, key: TaskKey): Promise<void> {
  const refs = ['input/1', 'output/1', 'output/2'];
  const written = refs.filter((ref) => model.payloads.has(payloadOf(key, ref)));
  const texts = new Map(written.map((ref) => [ref, payloadOf(key, ref)]));
  expect(await storage.getPayloads(key, refs)).toEqual(texts);
}

/** The JSON text of a payload row, which tells where it is. */
export function payloadOf(key: TaskKey, ref: string): string {
  return JSON.stringify([key, ref]);
}

/** What no write may do to a task, whatever the rule of its operation. */
function expectLawful(before: TaskRow, after: TaskRow): void {
  expect(hasEnded(before)).toBe(false);
  expect(after.version).toBe(before.version + 1);
  expect(after.attempt).toBeGreaterThanOrEqual(before.attempt);
  expect([after.nonce, after.createdAt]).toEqual([before.nonce, before.createdAt]);
}

function sharesShardWith(id: string): string {
  const shard = shardOf(id, INDEX_SHARDS);
  let other = Number(id) + 1;
  while (shardOf(String(other), INDEX_SHARDS) !== shard) other += 1;
  return String(other);
}
