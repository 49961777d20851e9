import { describe, expect, test } from 'vitest';
import * as operations from '../../shared/task/operations.ts';
import type { Change } from '../../shared/task/operations.ts';
import type { TaskStorage } from '../../shared/task/storage.ts';
import { CREATED_AT, error, failed, newRow, NOW, succeeded, times } from './rows.ts';
import { storageFixture } from './storage-fixture.ts';

/** What the operations of the protocol must do in every storage. `open` gives one that may hold other tasks already. */
export function describeTaskOperations(open: () => Promise<TaskStorage>): void {
  const { given, present, update, expectApplied, expectRefused } = storageFixture(open);

  describe('every update', () => {
    const changes: readonly (readonly [string, Change])[] = [
      ['claim', operations.claim(NOW, 'c', NOW + 1)],
      ['heartbeat', operations.heartbeat('c', { from: [NOW + 50], until: NOW + 1 }, undefined)],
      ['release', operations.release('c', error, NOW)],
      ['park', operations.park('c', NOW)],
      ['finish', operations.finish('c', succeeded, times)],
      ['complete', operations.complete('c', succeeded, 'h', times)],
      ['noteProgress', operations.noteProgress('c', { percent: 1 })],
      ['cancel', operations.cancel(times)],
      ['requestCancel', operations.requestCancel(NOW)],
      ['endUnheld', operations.endUnheld(0, failed, times)],
      ['endLooked', operations.endLooked({ lookAt: CREATED_AT + 120_000, attempt: 0 }, failed, times)],
      ['bump', operations.bump(CREATED_AT + 120_000, NOW, true)],
      ['mark', operations.mark(CREATED_AT, succeeded, times)],
    ];

    test.each(changes)('%s makes no row where there is none', async (_name, change) => {
      const row = newRow();
      expect(await update(row, change)).toEqual({ applied: false, row: undefined });
      expect(await present(row)).toBeUndefined();
    });

    test.each(changes)('%s changes nothing of a task that has ended', async (_name, change) => {
      const claimed = await expectApplied(await given(), operations.claim(NOW, 'c', NOW + 50));
      const row = await expectApplied(claimed, operations.finish('c', failed, times));
      await expectRefused(row, change);
    });
  });

  describe('cancel', () => {
    test('ends a task that nobody holds, delayed, queued, released or parked', async () => {
      for (const members of [
        {},
        { startAt: NOW + 9 },
        { retryAt: NOW + 9 },
        { parked: true as const, claimId: 'c' },
      ]) {
        const row = await expectApplied(await given(members), operations.cancel(times));
        expect(row).toMatchObject({ activeStatus: 'stopped', finalStatus: 'cancelled' });
        expect(row).not.toHaveProperty('parked');
      }
    });

    test('leaves neither error nor retry of an attempt before it', async () => {
      const released = await given({ attempt: 1, claimId: 'c', retryAt: NOW + 9, error });
      const row = await expectApplied(released, operations.cancel(times));
      expect(row).toMatchObject({ finalStatus: 'cancelled', attempt: 1 });
      for (const member of ['error', 'retryAt', 'lookAt']) expect(row).not.toHaveProperty(member);
    });

    test('ends no task under a live lease, and requests it there', async () => {
      const row = await given({ claimId: 'c', leaseUntil: NOW + 1 });
      await expectRefused(row, operations.cancel(times));
      const asked = await expectApplied(row, operations.requestCancel(NOW));
      expect(asked.cancelRequested).toBe(true);
      await expectRefused(await given(), operations.requestCancel(NOW));
    });
  });

  describe('endUnheld', () => {
    test('ends a task that nobody holds', async () => {
      const row = await expectApplied(await given({ attempt: 3 }), operations.endUnheld(3, failed, times));
      expect(row).toMatchObject({ finalStatus: 'failed', error });
    });

    test.each([
      ['is held', { leaseUntil: NOW + 1, claimId: 'c' }],
      ['is parked', { parked: true }],
      ['has begun another attempt', { attempt: 2 }],
    ] as const)('refuses a task that %s', async (_name, members) => {
      await expectRefused(await given({ attempt: 3, ...members }), operations.endUnheld(3, failed, times));
    });
  });

  describe('endLooked', () => {
    const seen = { lookAt: CREATED_AT + 120_000, attempt: 1 };
    const change = operations.endLooked(seen, failed, times);

    test('ends a task that nobody holds, parked or not', async () => {
      for (const members of [{}, { leaseUntil: NOW }, { parked: true as const }]) {
        const row = await expectApplied(await given({ attempt: 1, ...members }), change);
        expect(row).toMatchObject({ finalStatus: 'failed', error });
        expect(row).not.toHaveProperty('parked');
      }
    });

    test.each([
      ['is held', { leaseUntil: NOW + 1, claimId: 'c' }],
      ['was looked at by another', { lookAt: seen.lookAt + 1 }],
      ['has begun another attempt', { attempt: 2 }],
    ] as const)('refuses a task that %s', async (_name, members) => {
      await expectRefused(await given({ attempt: 1, ...members }), change);
    });
  });

  describe('bump', () => {
    test('moves the next look once, whoever comes first', async () => {
      const row = await given();
      const seen = row.lookAt ?? 0;
      const bumped = await expectApplied(row, operations.bump(seen, NOW + 1, true));
      expect(bumped).toMatchObject({ lookAt: NOW + 1, dispatches: 1 });
      await expectRefused(bumped, operations.bump(seen, NOW + 2, true));
      expect(await expectApplied(bumped, operations.bump(NOW + 1, NOW + 3, false))).toMatchObject({
        dispatches: 1,
      });
    });
  });

  describe('the expiry of an ended task', () => {
    test.each([
      [{ now: NOW, retentionMs: 60_000 }, NOW + 60_000],
      [{ now: NOW + 1, retentionMs: 60_000 }, NOW + 61_000],
      [{ now: NOW, retentionMs: 999 }, NOW + 1000],
      [{ now: NOW + 400, retentionMs: 601 }, NOW + 2000],
    ])('is a whole second, never too early: %o', async (end, expiresAt) => {
      const row = await expectApplied(await given(), operations.mark(CREATED_AT, succeeded, end));
      expect(row).toMatchObject({ stoppedAt: end.now, expiresAt });
    });
  });

  describe('mark', () => {
    test('ends the task whoever holds it, but not another one that has its id by now', async () => {
      const row = await given({ leaseUntil: NOW + 1, claimId: 'c' });
      await expectRefused(row, operations.mark(CREATED_AT - 1, succeeded, times));
      expect(await expectApplied(row, operations.mark(CREATED_AT, succeeded, times))).toMatchObject(
        succeeded,
      );
    });
  });
}
