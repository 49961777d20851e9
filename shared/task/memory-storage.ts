import { holds } from './condition.ts';
import { shardOf } from './identity.ts';
import { INDEX_SHARDS } from './limits.ts';
import type { Change } from './operations.ts';
import type { EndedPlace, OpenEntry, TaskStorage, WriteResult } from './storage.ts';
import { isExpired } from './task-row.ts';
import type { TaskRow } from './task-row.ts';
import { hasFinalStatus } from './task.ts';
import type { TaskKey } from './task.ts';
import { bytesOf } from './utf8.ts';

/** How many rows are kept before the first look for expired ones; it doubles with what stays. */
const FIRST_SWEEP = 1000;

/** A storage in this process's memory. Everything in it is gone when the process ends. */
export function createMemoryStorage(): TaskStorage {
  const rows = new Map<string, TaskRow>();
  const payloads = new Map<string, { readonly json: string; readonly expiresAt: number }>();
  let sweepAt = FIRST_SWEEP;

  function current(key: TaskKey, now: number): TaskRow | undefined {
    const row = rows.get(nameOf(key));
    return row === undefined || isExpired(row, now) ? undefined : row;
  }

  /** The row in whose place a new one may not come. One that has expired gives way, but not to the very request that made it, sent again. */
  function inPlace({ tenant, id, nonce }: TaskRow, now: number): TaskRow | undefined {
    const row = rows.get(nameOf({ tenant, id }));
    return row !== undefined && isExpired(row, now) && row.nonce !== nonce ? undefined : row;
  }

  function store(row: TaskRow): WriteResult {
    rows.set(nameOf(row), row);
    return { applied: true, row };
  }

  function sweep(now: number): void {
    if (rows.size + payloads.size < sweepAt) return;
    for (const [name, row] of rows) if (isExpired(row, now)) rows.delete(name);
    for (const [name, payload] of payloads) if (payload.expiresAt <= now) payloads.delete(name);
    sweepAt = Math.max(FIRST_SWEEP, 2 * (rows.size + payloads.size));
  }

  return {
    get: async (key, { now }) => current(key, now),

    async create(row, now) {
      sweep(now);
      const present = inPlace(row, now);
      return present === undefined ? store(row) : { applied: false, row: present };
    },

    async set(row, now) {
      const present = inPlace(row, now);
      const changed = present?.nonce !== row.nonce || present.version !== row.version;
      if (present !== undefined && (hasFinalStatus(present) || changed))
        return { applied: false, row: present };
      return store({ ...row, version: row.version + 1 });
    },

    async update(key, change) {
      const row = rows.get(nameOf(key));
      const applies = row !== undefined && change.conditions.every((condition) => holds(condition, row));
      return applies ? store(applied(change, row)) : { applied: false, row };
    },

    async putPayload(key, ref, json, expiresAt) {
      payloads.set(nameOf(key, ref), { json, expiresAt });
    },

    async getPayloads(key, refs) {
      const found = refs.map((ref) => [ref, payloads.get(nameOf(key, ref))?.json] as const);
      return new Map(found.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
    },

    async listOpen(shard, { from = 0, until, limit, after }) {
      const due = [...rows.values()].flatMap(({ tenant, id, lookAt }) =>
        lookAt !== undefined && from <= lookAt && lookAt <= until && shardOf(id, INDEX_SHARDS) === shard
          ? [{ tenant, id, lookAt }]
          : [],
      );
      const following = due.filter((entry) => after === undefined || compareEntries(entry, after) > 0);
      return following.toSorted(compareEntries).slice(0, limit);
    },

    async listEnded({ tenant, finalStatus, shard }, { until, limit, now, after }) {
      const ended = [...rows.values()].flatMap((row) =>
        row.tenant === tenant &&
        row.finalStatus === finalStatus &&
        row.stoppedAt !== undefined &&
        row.stoppedAt <= until &&
        shardOf(row.id, INDEX_SHARDS) === shard
          ? [{ row, place: { id: row.id, stoppedAt: row.stoppedAt } }]
          : [],
      );
      const following = ended.filter(({ place }) => after === undefined || comparePlaces(place, after) > 0);
      const page = following.toSorted((a, b) => comparePlaces(a.place, b.place)).slice(0, limit);
      const visible = page.map(({ row }) => row).filter((row) => !isExpired(row, now));
      return { rows: visible, unreadable: [], next: page.length < limit ? undefined : page.at(-1)?.place };
    },

    sizeOf: (row) => bytesOf(JSON.stringify(row)),
  };
}

/** By the time to look, then by name, so that a page has one place to go on from. */
function compareEntries(a: OpenEntry, b: OpenEntry): number {
  return a.lookAt - b.lookAt || compareTexts(nameOf(a), nameOf(b));
}

/** The newest end first, then by id. */
function comparePlaces(a: EndedPlace, b: EndedPlace): number {
  return b.stoppedAt - a.stoppedAt || compareTexts(a.id, b.id);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a !== b);
}

/** As a JSON array, no two keys have one name. */
function nameOf({ tenant, id }: TaskKey, ref = 'task'): string {
  return JSON.stringify([tenant, id, ref]);
}

function applied({ set, remove, increment }: Change, row: TaskRow): TaskRow {
  const changed = { ...row, ...set, version: row.version + 1 };
  if (increment !== undefined) changed[increment] = row[increment] + 1;
  for (const field of remove) Reflect.deleteProperty(changed, field);
  return changed;
}
