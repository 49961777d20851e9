import { describe, expect, test } from 'vitest';
import * as operations from '../../shared/task/operations.ts';
import type { TaskStorage } from '../../shared/task/storage.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import { CREATED_AT, error, failed, NOW, succeeded, times } from './rows.ts';
import { storageFixture } from './storage-fixture.ts';

/** What the operations of an attempt must do in every storage. `open` gives one that may hold other tasks already. */
export function describeAttemptOperations(open: () => Promise<TaskStorage>): void {
  const { given, present, update, expectApplied, expectRefused } = storageFixture(open);

  describe('claim', () => {
    const claim = operations.claim(NOW, 'mine', NOW + 30_000);

    test('counts the attempt, takes the lease, and forgets the wait before it', async () => {
      const row = await given({ retryAt: NOW, progress: { percent: 5 }, error, attempt: 1, claimId: 'old' });
      const claimed = await expectApplied(row, claim);
      expect(claimed).toMatchObject({
        attempt: 2,
        claimId: 'mine',
        leaseUntil: NOW + 30_000,
        attemptStartedAt: NOW,
      });
      expect(claimed).not.toHaveProperty('retryAt');
      expect(claimed).not.toHaveProperty('progress');
      expect(claimed.error).toEqual(error);
      expect(claimed.lookAt).toBe(row.lookAt);
    });

    test('starts a delayed task when its time has come', async () => {
      const row = await given({ activeStatus: 'stopped', startAt: NOW });
      expect((await expectApplied(row, claim)).activeStatus).toBe('started');
    });

    test.each([
      ['is parked', { parked: true }],
      ['has a live lease', { leaseUntil: NOW + 1, claimId: 'other' }],
      ['is delayed', { startAt: NOW + 1, activeStatus: 'stopped' }],
      ['waits for its next attempt', { retryAt: NOW + 1 }],
      ['is to be cancelled', { cancelRequested: true }],
      ['has no attempts left', { attempt: 3 }],
      ['has reached its deadline', { deadlineAt: NOW }],
    ] as const)('refuses a task that %s', async (_name, members) => {
      await expectRefused(await given(members), claim);
    });

    test('takes a task whose lease ends at this moment', async () => {
      await expectApplied(await given({ leaseUntil: NOW, claimId: 'other' }), claim);
    });

    test('lets exactly one of many concurrent claims win', async () => {
      const row = await given();
      const claims = Array.from({ length: 12 }, (_, index) => operations.claim(NOW, `c${index}`, NOW + 1000));
      const results = await Promise.all(claims.map((each) => update(row, each)));
      expect(results.filter(({ applied }) => applied)).toHaveLength(1);
      expect(await present(row)).toMatchObject({ attempt: 1 });
    });
  });

  describe('the writes of an attempt', () => {
    const renewal = { from: [NOW + 30_000], until: NOW + 60_000 };

    async function claimed(): Promise<TaskRow> {
      return expectApplied(await given(), operations.claim(NOW, 'mine', NOW + 30_000));
    }

    test('heartbeat extends the lease and carries progress', async () => {
      const row = await expectApplied(
        await claimed(),
        operations.heartbeat('mine', renewal, { percent: 50 }),
      );
      expect(row).toMatchObject({ leaseUntil: NOW + 60_000, progress: { percent: 50 } });
      const later = await expectApplied(
        row,
        operations.heartbeat('mine', { from: [NOW + 60_000], until: NOW + 90_000 }, undefined),
      );
      expect(later.progress).toEqual({ percent: 50 });
    });

    test('heartbeat that comes after a newer one does not set the lease back', async () => {
      const newer = { from: [NOW + 30_000, NOW + 60_000], until: NOW + 70_000 };
      const row = await expectApplied(await claimed(), operations.heartbeat('mine', newer, undefined));
      await expectRefused(row, operations.heartbeat('mine', renewal, { percent: 1 }));
      await expectApplied(row, operations.heartbeat('mine', newer, { percent: 2 }));
    });

    test('heartbeat goes on from a lease that one without an answer has taken', async () => {
      const row = await expectApplied(await claimed(), operations.heartbeat('mine', renewal, undefined));
      const next = { from: [NOW + 30_000, NOW + 60_000], until: NOW + 40_000 };
      await expectApplied(row, operations.heartbeat('mine', next, undefined));
    });

    test('heartbeat revives no lease that was given up', async () => {
      const row = await expectApplied(await claimed(), operations.release('mine', error, NOW + 5000));
      await expectRefused(row, operations.heartbeat('mine', renewal, undefined));
    });

    test('release gives the task back for its next attempt', async () => {
      const row = await expectApplied(await claimed(), operations.release('mine', error, NOW + 5000));
      expect(row).toMatchObject({ activeStatus: 'started', retryAt: NOW + 5000, error, attempt: 1 });
      expect(row).not.toHaveProperty('leaseUntil');
      await expectRefused(row, operations.claim(NOW + 4999, 'next', NOW + 9000));
      await expectApplied(row, operations.claim(NOW + 5000, 'next', NOW + 9000));
    });

    test('release drops the progress of the attempt that it ends', async () => {
      const change = operations.heartbeat('mine', renewal, { percent: 50 });
      const progressed = await expectApplied(await claimed(), change);
      const row = await expectApplied(progressed, operations.release('mine', error, NOW + 5000));
      expect(row).not.toHaveProperty('progress');
    });

    test('park leaves the task to its token, and no claim takes it', async () => {
      const row = await expectApplied(await claimed(), operations.park('mine', CREATED_AT + 86_400_000));
      expect(row).toMatchObject({ parked: true, lookAt: row.deadlineAt });
      expect(row).not.toHaveProperty('leaseUntil');
      await expectRefused(row, operations.claim(NOW + 60_000, 'next', NOW + 90_000));
      await expectRefused(row, operations.heartbeat('mine', renewal, undefined));
    });

    test('finish ends the task with its output and leaves nothing of the open state', async () => {
      const renewed = await expectApplied(
        await claimed(),
        operations.heartbeat('mine', renewal, { percent: 50 }),
      );
      const row = await expectApplied(renewed, operations.finish('mine', succeeded, times));
      expect(row).toMatchObject({
        activeStatus: 'stopped',
        finalStatus: 'succeeded',
        output: { json: '42' },
        stoppedAt: NOW,
        expiresAt: NOW + 60_000,
      });
      for (const member of ['lookAt', 'leaseUntil', 'retryAt', 'parked', 'progress', 'error']) {
        expect(row).not.toHaveProperty(member);
      }
    });

    test('finish forgets the error of an earlier attempt when this one succeeds, and keeps its own when it fails', async () => {
      const released = await expectApplied(await claimed(), operations.release('mine', error, NOW));
      const again = await expectApplied(released, operations.claim(NOW, 'second', NOW + 1000));
      expect(await expectApplied(again, operations.finish('second', succeeded, times))).not.toHaveProperty(
        'error',
      );
      const other = await expectApplied(await claimed(), operations.finish('mine', failed, times));
      expect(other).toMatchObject({ finalStatus: 'failed', error });
    });

    test('complete ends a running or parked task, and keeps the hash of its outcome', async () => {
      const row = await expectApplied(await claimed(), operations.complete('mine', succeeded, 'hash', times));
      expect(row).toMatchObject({ finalStatus: 'succeeded', outcomeHash: 'hash' });
      const parked = await expectApplied(await claimed(), operations.park('mine', NOW + 1));
      const progressed = await expectApplied(parked, operations.noteProgress('mine', { percent: 9 }));
      expect(
        await expectApplied(progressed, operations.complete('mine', failed, 'hash', times)),
      ).toMatchObject({
        finalStatus: 'failed',
        error,
      });
    });

    test.each([
      [
        'heartbeat',
        operations.heartbeat('stale', { from: [NOW, NOW + 1000], until: NOW + 60_000 }, { percent: 1 }),
      ],
      ['release', operations.release('stale', error, NOW)],
      ['park', operations.park('stale', NOW)],
      ['finish', operations.finish('stale', succeeded, times)],
      ['complete', operations.complete('stale', succeeded, 'h', times)],
      ['noteProgress', operations.noteProgress('stale', { percent: 1 })],
    ])('%s of an older claim changes nothing', async (_name, change) => {
      const row = await given({ claimId: 'stale', leaseUntil: NOW });
      const taken = await expectApplied(row, operations.claim(NOW, 'newer', NOW + 1000));
      await expectRefused(taken, change);
    });
  });
}
