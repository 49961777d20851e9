import { beforeEach, describe, expect, test } from 'vitest';
import type { TaskQueue } from '../../../shared/task/queue.ts';
import { alterWrites } from '../../fakes/altered-storage.ts';
import { actionOf, createWorkerWorld, FOREVER } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

const START = Date.UTC(2026, 0, 1);
const MANY_MINUTES = 900_000;

describe('the end of a lease', () => {
  test.each([
    ['90 s and 30 s from the claim, when its worker has longer', FOREVER, 120_000],
    ['90 s and 30 s from the claim, when its worker has that and its margin', START + 95_000, 120_000],
    ['30 s after the time that its worker has, less its margin', START + 94_999, 119_999],
    ['30 s after the time that its worker has, though that is short', START + 30_000, 55_000],
  ])('is %s', async (_name, workerEndsAt, ms) => {
    const action = actionOf(() => world.clock.sleep(1));
    const key = await world.create(action);
    const { work } = await world.begin(action, { workerEndsAt });
    await world.clock.advance(0);
    expect((await world.rowOf(key))?.leaseUntil).toBe(START + ms);
    await world.clock.advanceUntil(work);
  });

  const bounds = [
    ['the worker stops', { workerEndsAt: START + 65_000 }, {}, MANY_MINUTES],
    ['the deadline is', {}, { deadlineAt: START + 60_000 }, MANY_MINUTES],
    ['the action’s time is up', {}, {}, 60_000],
  ] as const;

  test.each(bounds)('is 30 s after %s, once renewed', async (_name, parts, members, timeoutMs) => {
    const action = actionOf(
      async (_input, { progress, signal }) => {
        for (let percent = 1; !signal.aborted; percent += 1) {
          progress(percent);
          await world.clock.sleep(5000, signal);
        }
      },
      { timeoutMs, retry: { maxAttempts: 1 } },
    );
    const key = await world.createWith(action, members);
    const { work } = await world.begin(action, parts);
    for (let seconds = 5; seconds < 60; seconds += 5) {
      await world.clock.advance(5000);
      expect((await world.rowOf(key))?.leaseUntil).toBe(START + 90_000);
    }
    await world.clock.advanceUntil(work);
  });
});

describe('renewing a lease', () => {
  /** What is written and hidden while an attempt of 5 minutes goes on over a queue. */
  async function renewals(queue: Pick<TaskQueue, 'setVisibility'>): Promise<(number | undefined)[]> {
    const leases: (number | undefined)[] = [];
    const storage = alterWrites(world.storage, 'heartbeat', async (proceed, _key, change) => {
      leases.push(change.set.leaseUntil);
      return proceed();
    });
    const action = actionOf(() => world.clock.sleep(300_000), { timeoutMs: MANY_MINUTES });
    await world.create(action);
    expect(await world.deliver(action, { storage, queue })).toBe('delete');
    return leases;
  }

  test('hides the message until the lease ends, each time', async () => {
    const hidden: number[] = [];
    const leases = await renewals({
      setVisibility: async (receipt, seconds) => {
        hidden.push(world.clock.now() + seconds * 1000);
        return world.queue.setVisibility(receipt, seconds);
      },
    });
    expect(leases.map((lease) => (lease ?? 0) - START)).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((beat) => beat * 40_000 + 120_000),
    );
    expect(hidden).toEqual(leases);
  });

  test('goes on as before when the message cannot be hidden', async () => {
    const setVisibility = async () => Promise.reject(new Error('the queue is away'));
    expect(await renewals({ setVisibility })).toHaveLength(7);
    expect(world.logger.lines.map(({ message }) => message)).not.toContain(
      'the lease could not be renewed; it is tried again',
    );
  });

  test('brings the message back when the lease ends, should the worker die', async () => {
    const action = actionOf(() => world.clock.sleep(300_000), { timeoutMs: MANY_MINUTES });
    const key = await world.create(action);
    let beats = 0;
    // After its first renewal the worker does nothing any more.
    const storage = alterWrites(world.storage, 'heartbeat', async (proceed) => {
      beats += 1;
      return beats === 1 ? proceed() : new Promise(() => undefined);
    });
    await world.begin(action, { storage });
    await world.clock.advance(40_000);
    const leaseUntil = (await world.rowOf(key))?.leaseUntil ?? 0;
    expect(leaseUntil).toBe(START + 160_000);
    await world.receive();
    expect(world.clock.now()).toBe(leaseUntil);
  });
});
