import { beforeEach, describe, expect, test } from 'vitest';
import * as operations from '../../../shared/task/operations.ts';
import { PermanentError } from '../../../shared/task/permanent-error.ts';
import { alterWrites, throttled } from '../../fakes/altered-storage.ts';
import { actionOf, createWorkerWorld } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

const START = Date.UTC(2026, 0, 1);

describe('a lease that cannot be renewed', () => {
  test.each([
    ['fails', throttled],
    ['hangs', async () => world.clock.sleep(200_000).then(throttled)],
  ])('is given up 5 s before its end, when each renewal %s', async (_name, renewal) => {
    let aborted: unknown;
    const action = actionOf(
      async (_input, { signal }) => {
        await world.clock.sleep(600_000, signal);
        aborted = { atMs: world.clock.now() - START, code: signal.reason.code };
        signal.throwIfAborted();
      },
      { timeoutMs: 900_000 },
    );
    await world.create(action);
    const storage = alterWrites(world.storage, 'heartbeat', renewal);
    expect(await world.deliver(action, { storage })).toBe('keep');
    expect(aborted).toEqual({ atMs: 115_000, code: 'lease-lost' });
  });

  test('is tried again within 5 s, and holds when that succeeds', async () => {
    const triedAtMs: number[] = [];
    const storage = alterWrites(world.storage, 'heartbeat', async (proceed) => {
      triedAtMs.push(world.clock.now() - START);
      return triedAtMs.length <= 2 ? throttled() : proceed();
    });
    const action = actionOf(() => world.clock.sleep(60_000), { timeoutMs: 900_000 });
    const key = await world.create(action);
    expect(await world.deliver(action, { storage })).toBe('delete');
    expect(triedAtMs).toEqual([40_000, 45_000, 50_000]);
    expect(await world.rowOf(key)).toMatchObject({ finalStatus: 'succeeded', attempt: 1 });
  });
});

test('an outage of renewals is told once, and again when it comes again', async () => {
  let beats = 0;
  const storage = alterWrites(world.storage, 'heartbeat', async (proceed) => {
    beats += 1;
    return beats === 4 ? proceed() : throttled();
  });
  const action = actionOf(() => world.clock.sleep(110_000), { timeoutMs: 900_000 });
  await world.create(action);
  await world.deliver(action, { storage });
  expect(beats).toBeGreaterThan(5);
  const told = { level: 'warn', message: 'the lease could not be renewed; it is tried again' };
  const line = { ...told, error: 'UnavailableError: Error' };
  expect(world.logger.lines).toMatchObject([line, line, { message: 'task succeeded' }]);
});

describe('progress', () => {
  /** The progress that renewals write, of which the first takes a second and fails. */
  async function written(run: Parameters<typeof actionOf>[0]): Promise<unknown[]> {
    const progress: unknown[] = [];
    const storage = alterWrites(world.storage, 'heartbeat', async (proceed, _key, change) => {
      progress.push(change.set.progress);
      if (progress.length > 1) return proceed();
      await world.clock.sleep(1000);
      return throttled();
    });
    const action = actionOf(run);
    await world.create(action);
    expect(await world.deliver(action, { storage })).toBe('delete');
    return progress;
  }

  test('is written by the next renewal when one fails, once', async () => {
    const run = written(async (_input, { progress }) => {
      progress(10);
      await world.clock.sleep(30_000);
    });
    expect(await run).toEqual([{ percent: 10 }, { percent: 10 }]);
  });

  test('that is newer wins over one whose renewal failed', async () => {
    const run = written(async (_input, { progress }) => {
      progress(10);
      await world.clock.sleep(5500);
      progress(20);
      await world.clock.sleep(24_500);
    });
    expect(await run).toEqual([{ percent: 10 }, { percent: 20 }]);
  });
});

describe('the end of an attempt', () => {
  /** A storage whose renewals take 3 s, and what is under way in it. */
  function slowRenewals() {
    const seen = { beats: 0, underWay: 0, underWayAtEnd: -1 };
    const renewing = alterWrites(world.storage, 'heartbeat', async (proceed) => {
      seen.beats += 1;
      seen.underWay += 1;
      const result = await proceed();
      await world.clock.sleep(3000);
      seen.underWay -= 1;
      return result;
    });
    const storage = alterWrites(renewing, 'end', async (proceed) => {
      seen.underWayAtEnd = seen.underWay;
      return proceed();
    });
    return { storage, seen };
  }

  test.each([
    ['returns', 'succeeded', () => 'value'],
    ['throws for good', 'failed', () => Promise.reject(new PermanentError('no'))],
  ])('waits for the renewal under way, when the action %s', async (_name, finalStatus, end) => {
    const { storage, seen } = slowRenewals();
    const action = actionOf(async (_input, { progress }) => {
      progress(50);
      await world.clock.sleep(6000);
      return end();
    });
    const key = await world.create(action);
    expect(await world.deliver(action, { storage })).toBe('delete');
    expect(seen).toEqual({ beats: 1, underWay: 0, underWayAtEnd: 0 });
    expect(await world.rowOf(key)).toMatchObject({ finalStatus, stoppedAt: START + 8000 });
  });

  test('cancels the task when the action throws while a renewal learns of the cancel', async () => {
    const { storage } = slowRenewals();
    const action = actionOf(async (_input, { progress }) => {
      progress(50);
      await world.clock.sleep(6000);
      throw new Error('another attempt would follow');
    });
    const key = await world.create(action);
    const { work } = await world.begin(action, { storage });
    await world.clock.advance(1000);
    await world.storage.update(key, operations.requestCancel(world.clock.now()));
    expect(await world.clock.advanceUntil(work)).toBe('delete');
    expect(await world.rowOf(key)).toMatchObject({ finalStatus: 'cancelled', attempt: 1 });
  });

  test.each([
    ['returns', async () => 'value'],
    ['throws', async () => Promise.reject(new Error('no'))],
    ['takes too long', async () => new Promise(() => undefined)],
  ])('leaves nothing that sleeps, when the action %s', async (_name, run) => {
    const action = actionOf(run, { timeoutMs: 50_000 });
    await world.create(action);
    const { work } = await world.begin(action);
    await world.clock.advanceUntil(work);
    expect(world.clock.sleeping()).toBe(0);
  });

  test('leaves nothing that sleeps when the lease is lost', async () => {
    const action = actionOf(() => new Promise(() => undefined), { timeoutMs: 900_000 });
    await world.create(action);
    const storage = alterWrites(world.storage, 'heartbeat', throttled);
    expect(await world.deliver(action, { storage })).toBe('keep');
    expect(world.clock.sleeping()).toBe(0);
  });
});
