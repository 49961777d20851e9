import { beforeEach, describe, expect, test } from 'vitest';
import { UnavailableError } from '../../../shared/task/errors.ts';
import { handleDelivery } from '../../../shared/task/handle-delivery.ts';
import * as operations from '../../../shared/task/operations.ts';
import { reconcile } from '../../../shared/task/reconcile.ts';
import type { ReconcileDependencies } from '../../../shared/task/reconcile.ts';
import { actionOf, createWorkerWorld, FOREVER, RETENTION_MS } from '../../fakes/worker-world.ts';

const MINUTE = 60_000;
const action = actionOf(() => 'done');
const down = new UnavailableError('queue', { cause: new Error('down') });

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

function run(parts: Partial<ReconcileDependencies> = {}, endsAt = FOREVER) {
  return reconcile({ ...world.dependencies(), queue: world.queue, ...parts }, endsAt);
}

/** Creates a task whose message is lost. */
async function createLost() {
  const key = await world.create(action);
  await world.queue.delete((await world.receive()).receipt);
  return key;
}

describe('a look at open tasks', () => {
  test('sends a task whose message was lost, and not before its time', async () => {
    const key = await createLost();
    expect(await run()).toEqual({ looked: 0, ended: 0, sent: 0, complete: true });
    await world.clock.advance(2 * MINUTE);
    expect(await run()).toEqual({ looked: 1, ended: 0, sent: 1, complete: true });
    await world.drain(action);
    expect(await world.fetch(key)).toMatchObject({ finalStatus: 'succeeded', attempt: 1 });
  });

  test('sends a task again whose worker has died, once its lease has ended', async () => {
    const key = await createLost();
    const now = world.clock.now();
    await world.storage.update(key, operations.claim(now, 'dead', now + 121_000));
    await world.clock.advance(2 * MINUTE);
    expect(await run()).toMatchObject({ looked: 1, sent: 0 });
    await world.clock.advance(7000);
    expect(await run()).toMatchObject({ looked: 1, sent: 1 });
    await world.drain(action);
    expect(await world.fetch(key)).toMatchObject({ finalStatus: 'succeeded', attempt: 2 });
  });

  test('ends a task past its deadline that nobody works on', async () => {
    const key = await createLost();
    await world.clock.advance(24 * 60 * MINUTE);
    expect(await run()).toMatchObject({ looked: 1, ended: 1 });
    expect(await world.fetch(key)).toMatchObject({
      finalStatus: 'failed',
      error: { code: 'deadline-exceeded' },
    });
    expect(await run()).toMatchObject({ looked: 0 });
  });

  test('made twice at once sends a task once', async () => {
    await createLost();
    await world.clock.advance(2 * MINUTE);
    const [one, two] = await Promise.all([run(), run()]);
    expect(one.sent + two.sent).toBe(1);
  });

  test('looks at everything that is due, oldest first, page after page', async () => {
    for (let count = 0; count < 300; count += 1) await world.create(action);
    await world.clock.advance(2 * MINUTE);
    expect(await run()).toEqual({ looked: 300, ended: 0, sent: 0, complete: true });
    expect(await run()).toMatchObject({ looked: 0 });
  });

  test('stops when its time is over, and says so', async () => {
    await createLost();
    await world.clock.advance(2 * MINUTE);
    expect(await run({}, world.clock.now())).toMatchObject({ looked: 0, complete: false });
  });

  test('decides on the row, not on an index that lags', async () => {
    const key = await createLost();
    await world.clock.advance(2 * MINUTE);
    const stale = await Promise.all(
      Array.from({ length: 8 }, (_, shard) => world.storage.listOpen(shard, { until: FOREVER, limit: 9 })),
    );
    await world.storage.update(key, operations.cancel({ now: world.clock.now(), retentionMs: RETENTION_MS }));
    const lagging = { ...world.storage, listOpen: async (shard: number) => stale[shard] ?? [] };
    expect(await run({ storage: lagging })).toMatchObject({ looked: 1, ended: 0, sent: 0 });
  });

  test('goes on with the other tasks when one cannot be sent, and comes to it again', async () => {
    const [first, second] = [await createLost(), await createLost()];
    await world.clock.advance(2 * MINUTE);
    let sends = 0;
    const flaky = {
      ...world.queue,
      send: async (...args: Parameters<typeof world.queue.send>) => {
        sends += 1;
        if (sends === 1) throw down;
        return world.queue.send(...args);
      },
    };
    expect(await run({ queue: flaky })).toMatchObject({ looked: 2, sent: 1 });
    expect(world.logger.lines).toContainEqual(
      expect.objectContaining({ level: 'error', error: 'UnavailableError: Error' }),
    );
    await world.queue.delete((await world.receive()).receipt);
    await world.clock.advance(4 * MINUTE);
    expect(await run()).toMatchObject({ sent: 2 });
    await world.drain(action);
    for (const key of [first, second])
      expect(await world.fetch(key)).toMatchObject({ finalStatus: 'succeeded' });
  });

  test('takes a queue that does not answer for empty', async () => {
    await createLost();
    await world.clock.advance(2 * MINUTE);
    const silent = { ...world.queue, countWaiting: () => Promise.reject(down) };
    expect(await run({ queue: silent })).toMatchObject({ sent: 1 });
  });

  test('sends no task that waits in a backlog', async () => {
    const key = await world.create(action);
    await world.clock.advance(2 * MINUTE);
    expect(await run()).toMatchObject({ looked: 1, sent: 0 });
    expect(await world.rowOf(key)).toMatchObject({ dispatches: 0, lookAt: world.clock.now() + 2 * MINUTE });
    expect(await handleDelivery(world.dependencies(action), await world.receive(), FOREVER)).toBe('delete');
  });

  test('reaches what is due behind hundreds of rows that cannot be looked at', async () => {
    for (let count = 0; count < 400; count += 1) await world.create(action);
    const broken = new Set<string>();
    for (let shard = 0; shard < 8; shard += 1) {
      for (const { id } of await world.storage.listOpen(shard, { until: FOREVER, limit: 1000 }))
        broken.add(id);
    }
    for (let count = 0; count < 400; count += 1) await world.queue.delete((await world.receive()).receipt);
    await world.clock.advance(1);
    const key = await createLost();
    await world.clock.advance(2 * MINUTE);
    const storage: typeof world.storage = {
      ...world.storage,
      get: async (at, options) => (broken.has(at.id) ? Promise.reject(down) : world.storage.get(at, options)),
    };
    expect(await run({ storage })).toEqual({ looked: 401, ended: 0, sent: 1, complete: true });
    await world.drain(action);
    expect(await world.fetch(key)).toMatchObject({ finalStatus: 'succeeded' });
  });
});
