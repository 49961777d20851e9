import { describe, expect, expectTypeOf, test } from 'vitest';
import { CursorInvalidError, UnavailableError, UnreadableRowError } from '../../../shared/task/errors.ts';
import { MAX_LISTED_ENTRIES, MAX_LISTED_ROWS } from '../../../shared/task/limits.ts';
import { listTasks } from '../../../shared/task/list-tasks.ts';
import type { ListQuery } from '../../../shared/task/list-tasks.ts';
import { createMemoryStorage } from '../../../shared/task/memory-storage.ts';
import type { TaskStorage } from '../../../shared/task/storage.ts';
import type { TaskRow } from '../../../shared/task/task-row.ts';
import { hasFailedStatus } from '../../../shared/task/task.ts';
import { describeTaskList, walkPages } from '../../contracts/task-list.ts';
import { CREATED_AT, endedRow, error, idInShard, newRow, NOW } from '../../contracts/rows.ts';
import { aroundStorage } from '../../fakes/around-storage.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';
import { createMemoryLogger } from '../../fakes/memory-logger.ts';

const tenant = 'default';

async function storageWith(rows: readonly TaskRow[]): Promise<TaskStorage> {
  const storage = createMemoryStorage();
  // At a time when none had expired: the storage keeps them all.
  for (const row of rows) await storage.create(row, CREATED_AT);
  return storage;
}

/** Rows made by number. */
function many(count: number, make: (number: number) => TaskRow): readonly TaskRow[] {
  return Array.from({ length: count }, (_, number) => make(number));
}

function list(storage: TaskStorage, query: Partial<ListQuery> = {}, logger = createMemoryLogger()) {
  return listTasks({ storage, clock: createManualClock(NOW), logger }, { tenant, limit: 50, ...query });
}

/** A storage that counts what is read from it. */
function counting(storage: TaskStorage) {
  const reads = { calls: 0, gets: 0 };
  const counted = aroundStorage(storage, (call, name) => {
    reads.calls += 1;
    reads.gets += Number(name === 'get');
    return call();
  });
  return { counted, reads };
}

describeTaskList(async () => createMemoryStorage(), 400);

describe('a list of tasks', () => {
  test('shows what the row alone tells, and reads no payload', async () => {
    const open = newRow({ input: { ref: 'input/1' }, progress: { percent: 5 } });
    const failed = endedRow({ finalStatus: 'failed', error, input: { ref: 'input/2' } });
    const succeeded = endedRow({ stoppedAt: NOW - 1, output: { json: '42' } });
    const { tasks, nextCursor } = await list(await storageWith([succeeded, failed, open]));
    const common = {
      tenant,
      action: 'sleep',
      version: 1,
      createdAt: CREATED_AT,
      deadlineAt: open.deadlineAt,
    };
    const ended = { ...common, attempt: 1, activeStatus: 'stopped', expiresAt: NOW + 60_000 };
    expect(tasks).toEqual([
      {
        ...common,
        id: open.id,
        attempt: 0,
        activeStatus: 'started',
        finalStatus: null,
        progress: { percent: 5 },
      },
      { ...ended, id: failed.id, finalStatus: 'failed', stoppedAt: NOW, error },
      { ...ended, id: succeeded.id, finalStatus: 'succeeded', stoppedAt: NOW - 1 },
    ]);
    expect(nextCursor).toBeUndefined();
    expectTypeOf(tasks.find(hasFailedStatus)?.error.message).toEqualTypeOf<string | undefined>();
    expectTypeOf(tasks[0] ?? {}).not.toHaveProperty('input');
  });

  test('is empty when no task can be what is asked for, without a read', async () => {
    const { counted, reads } = counting(await storageWith([newRow(), endedRow()]));
    expect(await list(counted, { activeStatus: 'started', finalStatus: 'succeeded' })).toEqual({ tasks: [] });
    expect(reads.calls).toBe(0);
  });

  test('leaves out an open task that has ended or gone since the index told of it', async () => {
    const [stays, ends, goes] = [newRow(), newRow(), newRow()];
    const storage = await storageWith([stays, endedRow({ id: ends.id })]);
    const stale = await storageWith([stays, ends, goes]);
    const listOpen: TaskStorage['listOpen'] = (...args) => stale.listOpen(...args);
    const lagging = { ...storage, listOpen };
    const { tasks } = await list(lagging);
    expect(tasks).toMatchObject([
      { id: stays.id, finalStatus: null },
      { id: ends.id, finalStatus: 'succeeded' },
    ]);
    expect((await list(lagging, { activeStatus: 'started' })).tasks).toHaveLength(1);
  });

  test('leaves out rows that cannot be read, and logs them once a page, without a value', async () => {
    const rows = [newRow(), newRow(), newRow()];
    const storage = aroundStorage(await storageWith([...rows, endedRow()]), async (call) => {
      const answer = await call();
      const isBroken = rows.slice(1).some((row) => row === answer);
      if (isBroken) throw new UnavailableError('storage', { cause: new UnreadableRowError('action') });
      return answer;
    });
    const listEnded: TaskStorage['listEnded'] = async (query, options) => {
      const isBroken = query.finalStatus === 'failed' && query.shard === 0;
      const page = await storage.listEnded(query, options);
      return isBroken ? { ...page, unreadable: [new UnreadableRowError('action')] } : page;
    };
    const logger = createMemoryLogger();
    expect((await list({ ...storage, listEnded }, {}, logger)).tasks).toHaveLength(2);
    expect(logger.lines).toMatchObject([
      {
        level: 'error',
        rows: 3,
        error: expect.stringMatching(/^UnreadableRowError: A task row has no valid action/),
      },
    ]);
  });

  test('reads rows of open tasks at half the price, eventually consistent', async () => {
    const storage = await storageWith([newRow(), newRow()]);
    const eventual: unknown[] = [];
    const get: TaskStorage['get'] = (key, options) => {
      eventual.push(options.eventual);
      return storage.get(key, options);
    };
    await list({ ...storage, get });
    expect(eventual).toEqual([true, true]);
  });

  test('fails when the storage does', async () => {
    const storage = aroundStorage(await storageWith([newRow()]), async (call, name) => {
      if (name === 'get') throw new UnavailableError('storage', { cause: new Error('throttled') });
      return call();
    });
    await expect(list(storage)).rejects.toThrow(UnavailableError);
  });
});

describe('a list that has much to read', () => {
  test('reads a bounded part for a page, which is then short or empty, and gets on', async () => {
    const others = many(3000, (number) => newRow({ tenant: 'other', lookAt: CREATED_AT + 3 + number * 7 }));
    const mine = many(3, (number) => newRow({ lookAt: CREATED_AT + 9000 + number }));
    const storage = await storageWith([...mine, ...others]);
    const { counted, reads } = counting(storage);
    const first = await list(counted);
    expect(first).toEqual({ tasks: [], nextCursor: expect.any(String) });
    // 8 shards, each with a page of 100 begun, and what lies before the next whole second.
    expect(reads.calls).toBeLessThanOrEqual(8 + (MAX_LISTED_ENTRIES + 1000 / 7) / 100 + 1);
    const { tasks, cursors } = await walkPages(storage, { tenant }, [50]);
    expect(tasks.map(({ id }) => id)).toEqual(mine.map(({ id }) => id));
    expect(cursors.length).toBeGreaterThanOrEqual(2);
    // Whole seconds, and no other time of anybody else's.
    for (const cursor of cursors) expect(Buffer.from(cursor, 'base64url').toString()).toMatch(/000,0\]$/);
  });

  test('gets on where thousands share one moment, its own or those of others', async () => {
    const lookAt = CREATED_AT + 5;
    const mine = many(700, () => newRow({ lookAt }));
    const others = many(2500, () => newRow({ tenant: 'other', lookAt }));
    const ended = many(500, () => endedRow());
    const storage = await storageWith([...others, ...mine, ...ended]);
    const { tasks } = await walkPages(storage, { tenant }, [100]);
    const ids = [...mine, ...ended].map(({ id }) => id);
    expect(tasks.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });

  test('reads a bounded number of rows for a page, when the action asked for is rare', async () => {
    const open = many(600, (number) => newRow({ lookAt: CREATED_AT + number }));
    const ended = many(600, (number) => endedRow({ stoppedAt: NOW - number }));
    const rare = endedRow({ action: 'rare', stoppedAt: NOW - 700 });
    const storage = await storageWith([...open, ...ended, rare]);
    const { counted, reads } = counting(storage);
    const first = await list(counted, { action: 'rare' });
    expect(first).toEqual({ tasks: [], nextCursor: expect.any(String) });
    expect(reads.gets).toBeLessThanOrEqual(MAX_LISTED_ROWS);
    const { tasks, cursors } = await walkPages(storage, { tenant, action: 'rare' }, [50]);
    expect(tasks.map(({ id }) => id)).toEqual([rare.id]);
    expect(cursors.length).toBeGreaterThanOrEqual(3);
  });

  test('reads a bounded number of expired rows for a page, where TTL is late', async () => {
    const expired = many(3000, (number) => endedRow({ stoppedAt: NOW - number, expiresAt: NOW - 1000 }));
    const last = endedRow({ stoppedAt: NOW - 5000 });
    const storage = await storageWith([...expired, last]);
    const { counted, reads } = counting(storage);
    expect((await list(counted)).nextCursor).toBeDefined();
    expect(reads.calls).toBeLessThan(8 + 24 + 1.5 * (MAX_LISTED_ENTRIES / 10));
    expect((await walkPages(storage, { tenant }, [50])).tasks).toMatchObject([{ id: last.id }]);
  });
});

describe('a cursor', () => {
  const scope = { tenant, action: 'sleep' };

  async function begun() {
    const storage = await storageWith([newRow({ id: idInShard(0) }), newRow({ id: idInShard(1) }), newRow()]);
    const { nextCursor = '' } = await list(storage, { ...scope, limit: 1 });
    return { ...counting(storage), cursor: nextCursor };
  }

  test('goes on where its page ended, also with another limit', async () => {
    const { counted, cursor } = await begun();
    expect(cursor).toMatch(/^[\w-]+$/);
    expect((await list(counted, { ...scope, cursor })).tasks).toHaveLength(2);
  });

  test.each<Partial<ListQuery>>([
    { tenant: 'other' },
    { action: 'csv-profile' },
    { action: undefined },
    { finalStatus: 'failed' },
    { activeStatus: 'started' },
  ])('is refused for another list, with %o, and nothing is read', async (other) => {
    const { counted, reads, cursor } = await begun();
    await expect(list(counted, { ...scope, ...other, cursor })).rejects.toThrow(CursorInvalidError);
    expect(reads.calls).toBe(0);
  });

  test('is refused when it was changed, cut or invented, and nothing is read', async () => {
    const { counted, reads, cursor } = await begun();
    const [check, ...place]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const invented = (...value: unknown[]) => Buffer.from(JSON.stringify(value)).toString('base64url');
    expect(invented(check, ...place)).toBe(cursor);
    const changed = Array.from({ length: cursor.length }, (_, index) => {
      const other = cursor[index] === 'A' ? 'B' : 'A';
      return cursor.slice(0, index) + other + cursor.slice(index + 1);
    });
    for (const text of [
      ...changed,
      '',
      cursor.slice(1),
      cursor.slice(0, -1),
      `${cursor}=`,
      `${cursor}A`,
      'null',
      invented(),
      invented(check, 'open', CREATED_AT, 0),
      invented(check, 'open', -1, 0),
      invented(check, 'closed', 1, 0),
      invented(check, 'open', 1, 0, { id: 1 }),
    ])
      await expect(list(counted, { ...scope, cursor: text })).rejects.toThrow(CursorInvalidError);
    expect(reads.calls).toBe(0);
  });
});
