import { createMemoryStorage } from '../../shared/task/memory-storage.ts';
import type { Change } from '../../shared/task/operations.ts';
import type { TaskStorage, WriteResult } from '../../shared/task/storage.ts';
import { isExpired } from '../../shared/task/task-row.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import type { TaskKey } from '../../shared/task/task.ts';
import type { SimProcess, Universe } from './sim-process.ts';

/** A write that happened. */
export interface RowWrite {
  readonly process: SimProcess;
  readonly step: string;
  readonly before: TaskRow | undefined;
  readonly after: TaskRow;
}

/** The table that all processes share: the real storage in memory, whose rows TTL may delete, and whose reads may lag. */
export interface Table {
  /** The row as it truly is; undefined also once TTL has deleted it. */
  rowOf(key: TaskKey): TaskRow | undefined;
  /** The keys of all rows that ever were. */
  keys(): readonly TaskKey[];
  /** The table as a process reaches it. */
  storageFor(process: SimProcess): TaskStorage;
}

interface Versions {
  readonly key: TaskKey;
  readonly of: { readonly at: number; readonly row: TaskRow | undefined }[];
}

/** The most by which an index lags. */
export const MAX_INDEX_LAG_MS = 30_000;
/** The most by which an eventual read lags. */
export const MAX_READ_LAG_MS = 2000;

/** Makes an empty table; `watch` sees every write at the moment it happens, `onDelete` every row that TTL deletes. */
export function createTable(
  universe: Universe,
  watch: (write: RowWrite) => void,
  onDelete: (row: TaskRow) => void,
): Table {
  const { engine, chance, faults } = universe;
  const memory = createMemoryStorage();
  /** Where the rows are that TTL has deleted: nowhere. */
  const nowhere = createMemoryStorage();
  const all = new Map<string, Versions>();
  const payloadsExpireAt = new Map<string, number>();
  const nameOf = ({ tenant, id }: TaskKey) => `${tenant}/${id}`;

  function versionAt(key: TaskKey, time: number): TaskRow | undefined {
    return all.get(nameOf(key))?.of.findLast(({ at }) => at <= time)?.row;
  }

  const rowOf = (key: TaskKey) => all.get(nameOf(key))?.of.at(-1)?.row;

  function keep(key: TaskKey, row: TaskRow | undefined): void {
    const versions = all.get(nameOf(key)) ?? { key: { tenant: key.tenant, id: key.id }, of: [] };
    versions.of.push({ at: engine.now(), row });
    all.set(nameOf(key), versions);
  }

  /** TTL deletes what has expired some time later, or much later. */
  function sweep(key: TaskKey): void {
    const row = rowOf(key);
    if (row === undefined || !isExpired(row, engine.now()) || !chance.happens(0.5)) return;
    keep(key, undefined);
    onDelete(row);
  }

  /** The storage that holds the key now. */
  function storageOf(key: TaskKey): TaskStorage {
    sweep(key);
    return all.has(nameOf(key)) && rowOf(key) === undefined ? nowhere : memory;
  }

  async function written(
    process: SimProcess,
    step: string,
    key: TaskKey,
    write: (storage: TaskStorage) => Promise<WriteResult>,
  ): Promise<WriteResult> {
    const before = rowOf(key);
    const result = await write(step.startsWith('update') ? storageOf(key) : memory);
    if (result.applied) {
      keep(key, result.row);
      watch({ process, step, before, after: result.row });
    }
    return result;
  }

  function storageFor(process: SimProcess): TaskStorage {
    const service = 'storage';
    return {
      get(key, options) {
        const lagMs =
          options.eventual === true && faults.happens('read lags') ? chance.between(0, MAX_READ_LAG_MS) : 0;
        const step = options.eventual === true ? 'get eventually' : 'get';
        const apply = async () => {
          if (lagMs === 0) return storageOf(key).get(key, options);
          const row = versionAt(key, engine.now() - lagMs);
          return row === undefined || isExpired(row, options.now) ? undefined : row;
        };
        return process.call({ service, step, reads: true, about: key.id, apply });
      },
      create(row, now) {
        const apply = () => written(process, 'create', row, (storage) => storage.create(row, now));
        return process.call({ service, step: 'create', reads: false, about: row.id, apply });
      },
      set(row, now) {
        const apply = () => written(process, 'set', row, (storage) => storage.set(row, now));
        return process.call({ service, step: 'set', reads: false, about: row.id, apply });
      },
      update(key, change) {
        const step = `update ${nameOfChange(change)}`;
        const apply = () => written(process, step, key, (storage) => storage.update(key, change));
        return process.call({ service, step, reads: false, about: key.id, apply });
      },
      putPayload(key, ref, json, expiresAt) {
        const apply = async () => {
          payloadsExpireAt.set(`${nameOf(key)} ${ref}`, expiresAt);
          await memory.putPayload(key, ref, json, expiresAt);
        };
        return process.call({ service, step: 'put payload', reads: false, about: key.id, apply });
      },
      getPayloads(key, refs) {
        // TTL deletes payload rows as soon as it may.
        const isThere = (ref: string) => (payloadsExpireAt.get(`${nameOf(key)} ${ref}`) ?? 0) > engine.now();
        const apply = () => memory.getPayloads(key, refs.filter(isThere));
        return process.call({ service, step: 'get payloads', reads: true, about: key.id, apply });
      },
      listOpen(shard, options) {
        const lagMs = indexLag();
        const apply = async () => (await asItWas(engine.now() - lagMs)).listOpen(shard, options);
        return process.call({ service, step: 'list open', reads: true, about: '', apply });
      },
      listEnded(query, options) {
        const lagMs = indexLag();
        const apply = async () => (await asItWas(engine.now() - lagMs)).listEnded(query, options);
        return process.call({ service, step: 'list ended', reads: true, about: '', apply });
      },
      sizeOf: (row) => memory.sizeOf(row),
    };
  }

  function indexLag(): number {
    return faults.happens('index lags') ? chance.between(0, MAX_INDEX_LAG_MS) : 0;
  }

  /** The rows of a moment, with the indexes that they had then. */
  async function asItWas(time: number): Promise<TaskStorage> {
    const past = createMemoryStorage();
    for (const { key } of all.values()) {
      const row = versionAt(key, time);
      if (row !== undefined) await past.create(row, time);
    }
    return past;
  }

  return { rowOf, keys: () => [...all.values()].map(({ key }) => key), storageFor };
}

/** What a change does, by what it writes. */
function nameOfChange({ set, remove, increment }: Change): string {
  if (increment === 'attempt' || (set.claimId !== undefined && set.attemptStartedAt !== undefined))
    return 'claim';
  if (set.finalStatus !== undefined) return set.outcomeHash === undefined ? 'end' : 'complete';
  if (set.lookAt !== undefined) return set.parked ? 'park' : 'bump';
  if (set.cancelRequested) return 'request cancel';
  if (set.leaseUntil !== undefined) return 'heartbeat';
  return remove.includes('leaseUntil') ? 'release' : 'note progress';
}
