import { describe, expect, test } from 'vitest';
import * as operations from '../../shared/task/operations.ts';
import type { TaskStorage } from '../../shared/task/storage.ts';
import { CREATED_AT, error, newRow, NOW, succeeded, times } from './rows.ts';
import { storageFixture } from './storage-fixture.ts';

/** What every storage of tasks must do. `open` gives one that may hold other tasks already. */
export function describeTaskStorage(open: () => Promise<TaskStorage>): void {
  const { storage, given, present, update, expectApplied } = storageFixture(open);

  describe('create', () => {
    test('stores a row that is read back with every member as it was', async () => {
      const row = await given({
        tenant: 'päron/träd',
        startAt: NOW - 1,
        retryAt: NOW - 2,
        claimId: 'c1',
        leaseUntil: NOW + 5,
        attemptStartedAt: NOW - 3,
        parked: true,
        cancelRequested: true,
        progress: { percent: 33.3, message: 'a third – 三分之一' },
        output: { ref: 'output/1' },
        error,
        outcomeHash: 'h',
        retryOf: 'other',
        traceparent: '00-1-2-03',
        input: { json: '{"text":"\\ud800 \\u0000 😀","zero":-0}' },
      });
      expect(await present(row)).toEqual(row);
      expect(await storage().get(row, { now: NOW, eventual: true })).toEqual(row);
    });

    test('refuses a key that is taken, shows the row that took it, and changes nothing', async () => {
      const row = await given();
      const twin = newRow({ id: row.id, action: 'other' });
      expect(await storage().create(twin, NOW)).toEqual({ applied: false, row });
      expect(await present(row)).toEqual(row);
    });

    test('keeps tasks of two tenants with one id apart', async () => {
      const row = await given();
      const foreign = newRow({ id: row.id, tenant: 'other', action: 'other' });
      expect((await storage().create(foreign, NOW)).applied).toBe(true);
      expect(await present(row)).toEqual(row);
      expect(await present(foreign)).toEqual(foreign);
    });

    test('replaces a row that has expired, and not a moment earlier', async () => {
      const row = await given();
      const { row: gone } = await update(row, operations.mark(CREATED_AT, succeeded, times));
      const expiresAt = gone?.expiresAt ?? 0;
      const next = newRow({ id: row.id });
      expect((await storage().create(next, expiresAt - 1)).applied).toBe(false);
      expect(await storage().create(next, expiresAt)).toEqual({ applied: true, row: next });
      expect(await present(row)).toEqual(next);
    });

    test('replaces no row of its own when it is sent again, even one that has expired', async () => {
      const row = await given();
      const { row: ended } = await update(row, operations.mark(CREATED_AT, succeeded, times));
      const later = (ended?.expiresAt ?? 0) + 1000;
      expect(await storage().create(row, later)).toEqual({ applied: false, row: ended });
      expect(await storage().set(row, later)).toEqual({ applied: false, row: ended });
    });

    test('lets exactly one of many concurrent twins win', async () => {
      const row = newRow();
      const twins = Array.from({ length: 12 }, (_, index) => ({ ...row, nonce: `nonce-${index}` }));
      const results = await Promise.all(twins.map((twin) => storage().create(twin, NOW)));
      const winners = results.filter(({ applied }) => applied);
      expect(winners).toHaveLength(1);
      expect(results.every((result) => result.row?.nonce === winners[0]?.row?.nonce)).toBe(true);
    });
  });

  describe('get', () => {
    test('finds nothing where nothing was stored', async () => {
      expect(await present(newRow())).toBeUndefined();
    });

    test('finds nothing from the moment on when an ended task expires', async () => {
      const row = await expectApplied(await given(), operations.mark(CREATED_AT, succeeded, times));
      const expiresAt = row.expiresAt ?? 0;
      expect(expiresAt).toBe(NOW + times.retentionMs);
      expect(await storage().get(row, { now: expiresAt - 1 })).toEqual(row);
      expect(await storage().get(row, { now: expiresAt })).toBeUndefined();
    });

    test('finds an open task however old it is', async () => {
      const row = await given();
      expect(await storage().get(row, { now: NOW + 10 ** 11 })).toEqual(row);
    });
  });

  describe('set', () => {
    test('stores a row where none is', async () => {
      const row = newRow();
      expect(await storage().set(row, NOW)).toEqual({ applied: true, row: { ...row, version: 2 } });
      expect(await present(row)).toEqual({ ...row, version: 2 });
    });

    test('replaces an open row that has not changed since it was read', async () => {
      const row = await given();
      const result = await storage().set({ ...row, error }, NOW);
      expect(result).toEqual({ applied: true, row: { ...row, error, version: 2 } });
      expect(await present(row)).toEqual(result.row);
    });

    test('replaces no row that has changed, was created by another create, or has ended', async () => {
      const row = await given();
      const claimed = await expectApplied(row, operations.claim(NOW, 'c', NOW + 1));
      expect(await storage().set({ ...row, error }, NOW)).toEqual({ applied: false, row: claimed });
      const stranger = { ...claimed, nonce: 'other' };
      expect(await storage().set(stranger, NOW)).toEqual({ applied: false, row: claimed });
      const final = await expectApplied(claimed, operations.finish('c', succeeded, times));
      expect(await storage().set({ ...final, error }, NOW)).toEqual({ applied: false, row: final });
      expect(await present(row)).toEqual(final);
    });
  });

  describe('payload rows', () => {
    const expiresAt = NOW + 10 ** 9;

    test('are read back by their names, as far as they are there', async () => {
      const row = newRow();
      const large = JSON.stringify('ü'.repeat(128 * 1024 - 1));
      await storage().putPayload(row, 'input/a', large, expiresAt);
      await storage().putPayload(row, 'output/b', '1', expiresAt);
      const texts = await storage().getPayloads(row, ['input/a', 'output/b', 'output/none']);
      expect(texts).toEqual(
        new Map([
          ['input/a', large],
          ['output/b', '1'],
        ]),
      );
    });

    test('make no task, and belong to their task alone', async () => {
      const row = newRow();
      await storage().putPayload(row, 'input/a', '1', expiresAt);
      expect(await present(row)).toBeUndefined();
      expect(await storage().getPayloads(newRow(), ['input/a'])).toEqual(new Map());
      expect((await storage().create(row, NOW)).applied).toBe(true);
    });

    test('count into the size of a row only by their name', () => {
      const inline = storage().sizeOf(newRow({ input: { json: 'x'.repeat(5000) } }));
      const spilled = storage().sizeOf(newRow({ input: { ref: 'input/a' } }));
      expect(inline).toBeGreaterThan(5000);
      expect(spilled).toBeLessThan(1024);
    });
  });
}
