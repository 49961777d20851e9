import { beforeEach, describe, expect, test } from 'vitest';
import * as operations from '../../shared/task/operations.ts';
import type { EndedPlace, TaskStorage } from '../../shared/task/storage.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import { CREATED_AT, idInShard, newRow } from './rows.ts';

const SHARD = 3;
const EVER = Number.MAX_SAFE_INTEGER;

/** What the two indexes of every storage must do. `open` gives an empty one. */
export function describeTaskIndexes(open: () => Promise<TaskStorage>): void {
  let storage: TaskStorage;
  beforeEach(async () => {
    storage = await open();
  });

  async function given(members: Partial<TaskRow>): Promise<TaskRow> {
    const row = newRow({ id: idInShard(SHARD), ...members });
    await storage.create(row, CREATED_AT);
    return row;
  }

  async function end(
    row: TaskRow,
    now: number,
    finalStatus: 'succeeded' | 'cancelled' = 'succeeded',
  ): Promise<void> {
    const outcome = finalStatus === 'succeeded' ? { finalStatus, output: undefined } : { finalStatus };
    const result = await storage.update(
      row,
      operations.mark(CREATED_AT, outcome, { now, retentionMs: 60_000 }),
    );
    expect(result.applied).toBe(true);
  }

  describe('open tasks', () => {
    test('are listed by the time to look at them, oldest first, up to a time and a number', async () => {
      const late = await given({ lookAt: 300 });
      const early = await given({ lookAt: 100 });
      const middle = await given({ lookAt: 200 });
      const entry = ({ tenant, id, lookAt }: TaskRow) => ({ tenant, id, lookAt });
      expect(await storage.listOpen(SHARD, { until: 300, limit: 9 })).toEqual(
        [early, middle, late].map(entry),
      );
      expect(await storage.listOpen(SHARD, { until: 299, limit: 9 })).toEqual([early, middle].map(entry));
      expect(await storage.listOpen(SHARD, { until: 300, limit: 1 })).toEqual([entry(early)]);
      expect(await storage.listOpen(SHARD, { from: 200, until: 299, limit: 9 })).toEqual([entry(middle)]);
      expect(await storage.listOpen(SHARD, { from: 201, until: EVER, limit: 9 })).toEqual([entry(late)]);
      expect(await storage.listOpen(SHARD + 1, { until: 300, limit: 9 })).toEqual([]);
    });

    test('are listed page by page, also where the last entry of a page has moved, and many share a moment', async () => {
      const rows: TaskRow[] = [];
      for (let count = 0; count < 7; count += 1)
        rows.push(await given({ lookAt: 100 + Math.floor(count / 4) }));
      const pages = [await storage.listOpen(SHARD, { until: EVER, limit: 3 })];
      const last = pages[0]?.at(-1);
      if (last !== undefined) await storage.update(last, operations.bump(last.lookAt, 900, false));
      pages.push(await storage.listOpen(SHARD, { until: 500, limit: 3, after: pages[0]?.at(-1) }));
      // From the time of the last entry on, what follows it is the same.
      const from = pages[1]?.at(-1)?.lookAt;
      pages.push(await storage.listOpen(SHARD, { from, until: 500, limit: 3, after: pages[1]?.at(-1) }));
      expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
      const ids = pages.flat().map(({ id }) => id);
      expect(ids.toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
    });

    test('move with their time to look, and leave the list when they end', async () => {
      const row = await given({ lookAt: 100 });
      await storage.update(row, operations.bump(100, 500, false));
      expect(await storage.listOpen(SHARD, { until: 499, limit: 9 })).toEqual([]);
      expect(await storage.listOpen(SHARD, { until: 500, limit: 9 })).toMatchObject([
        { id: row.id, lookAt: 500 },
      ]);
      await end(row, CREATED_AT);
      expect(await storage.listOpen(SHARD, { until: EVER, limit: 9 })).toEqual([]);
    });

    test('stay where they are while an attempt claims and renews', async () => {
      const row = await given({ lookAt: 100 });
      await storage.update(row, operations.claim(CREATED_AT, 'c', CREATED_AT + 9));
      await storage.update(
        row,
        operations.heartbeat('c', { from: [CREATED_AT + 9], until: CREATED_AT + 99 }, { percent: 1 }),
      );
      expect(await storage.listOpen(SHARD, { until: 100, limit: 9 })).toMatchObject([{ id: row.id }]);
    });
  });

  describe('ended tasks', () => {
    const query = { tenant: 'default', finalStatus: 'succeeded', shard: SHARD } as const;
    const page = { until: EVER, limit: 9, now: CREATED_AT };

    test('are listed by final status, newest first, from a time back and up to a number', async () => {
      const [first, second, third] = [await given({}), await given({}), await given({})];
      await end(second, CREATED_AT + 2);
      await end(first, CREATED_AT + 1);
      await end(third, CREATED_AT + 3, 'cancelled');
      await given({});
      const { rows, unreadable, next } = await storage.listEnded(query, page);
      expect(rows.map(({ id }) => id)).toEqual([second.id, first.id]);
      expect(rows[0]).toEqual(await storage.get(second, { now: CREATED_AT }));
      expect([unreadable, next]).toEqual([[], undefined]);
      const listed = async (more: Partial<typeof page>) =>
        (await storage.listEnded(query, { ...page, ...more })).rows.map(({ id }) => id);
      expect(await listed({ limit: 1 })).toEqual([second.id]);
      expect(await listed({ until: CREATED_AT + 2 })).toEqual([second.id, first.id]);
      expect(await listed({ until: CREATED_AT + 1 })).toEqual([first.id]);
      expect((await storage.listEnded({ ...query, finalStatus: 'cancelled' }, page)).rows).toMatchObject([
        { id: third.id },
      ]);
    });

    test('are listed page by page, also where many share a moment, and where all of a page have expired', async () => {
      const rows: TaskRow[] = [];
      for (let count = 0; count < 7; count += 1) {
        const row = await given({});
        await end(row, CREATED_AT + (count < 5 ? 60_000 : 0));
        rows.push(row);
      }
      for (const [now, visible] of [
        [CREATED_AT, 7],
        [CREATED_AT + 60_000, 5],
        [CREATED_AT + 120_000, 0],
      ] as const) {
        const listed: TaskRow[] = [];
        let after: EndedPlace | undefined;
        do {
          const { rows: more, next } = await storage.listEnded(query, { ...page, limit: 2, now, after });
          expect(more.length).toBeLessThanOrEqual(2);
          listed.push(...more);
          after = next;
        } while (after !== undefined);
        const ids = listed.map(({ id }) => id);
        expect(ids.toSorted()).toEqual(
          rows
            .slice(0, visible)
            .map(({ id }) => id)
            .toSorted(),
        );
      }
    });

    test('are their tenant’s alone, and gone when they have expired', async () => {
      await end(await given({}), CREATED_AT);
      expect(await storage.listEnded({ ...query, tenant: 'other' }, page)).toMatchObject({ rows: [] });
      expect((await storage.listEnded(query, { ...page, now: CREATED_AT + 59_999 })).rows).toHaveLength(1);
      expect((await storage.listEnded(query, { ...page, now: CREATED_AT + 60_000 })).rows).toEqual([]);
    });
  });
}
