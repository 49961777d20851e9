import { beforeEach, describe, expect, test } from 'vitest';
import { cancelTask } from '../../../shared/task/cancel-task.ts';
import { PermanentError } from '../../../shared/task/permanent-error.ts';
import { reconcile } from '../../../shared/task/reconcile.ts';
import { createCompletionWorld } from '../../fakes/completion-world.ts';
import { actionOf, FOREVER, RETENTION_MS } from '../../fakes/worker-world.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

let world: ReturnType<typeof createCompletionWorld>;

beforeEach(() => {
  world = createCompletionWorld();
});

describe('a completion that comes while the attempt runs', () => {
  test.each<[string, Parameters<typeof world.begin>[0]]>([
    ['returns', () => 'mine'],
    ['waits for completion from outside', ({ waitForCompletion }) => waitForCompletion()],
    ['throws', async () => Promise.reject(new Error('mine'))],
    ['throws for good', async () => Promise.reject(new PermanentError('mine'))],
  ])('wins, and its message goes, though the attempt then %s', async (_name, end) => {
    const { key, token, work } = await world.begin(async (context) => {
      await world.clock.sleep(10_000);
      return end?.(context);
    });
    await world.clock.advance(1000);
    const task = await world.succeed(token, 'theirs');
    expect(await world.clock.advanceUntil(work)).toBe('delete');
    expect(await world.fetch(key)).toEqual(task);
    expect(task).toMatchObject({ finalStatus: 'succeeded', output: 'theirs', attempt: 1 });
    expect(world.logger.lines).toEqual([]);
  });

  test('stops the attempt at its next renewal', async () => {
    const begunAt = world.clock.now();
    let reason: unknown;
    const { token, work } = await world.begin(async ({ signal }) => {
      await world.clock.sleep(10 * MINUTE, signal);
      ({ reason } = signal);
    });
    await world.clock.advance(1000);
    await world.fail(token, 'no');
    expect(await world.clock.advanceUntil(work)).toBe('delete');
    expect(world.clock.now() - begunAt).toBe(40_000);
    expect(reason).toMatchObject({ code: 'lease-lost' });
  });

  test('finds the task ended when the attempt was quicker', async () => {
    const { key, token, work } = await world.begin(() => 'mine');
    await world.clock.advanceUntil(work);
    await expect(world.succeed(token, 'mine')).rejects.toMatchObject({
      name: 'TaskAlreadyFinalError',
      finalStatus: 'succeeded',
    });
    expect(await world.fetch(key)).toMatchObject({ output: 'mine' });
  });

  test('counts though somebody wants the task cancelled, as the attempt’s own would', async () => {
    const { key, token, work } = await world.begin(world.runOn(10_000, () => 'mine'));
    await world.clock.advance(1000);
    await cancelTask({ ...world, retentionMs: RETENTION_MS }, key);
    expect(await world.succeed(token, 'theirs')).toMatchObject({ finalStatus: 'succeeded' });
    expect(await world.clock.advanceUntil(work)).toBe('delete');
    expect(await world.fetch(key)).toMatchObject({ finalStatus: 'succeeded', output: 'theirs' });
  });

  test('notes progress, which the attempt’s own renewals leave alone', async () => {
    const { key, token, work } = await world.begin(world.runOn(45_000, () => 'mine'));
    await world.clock.advance(1000);
    await world.beat(token, { percent: 7 });
    await world.clock.advance(43_000);
    expect(await world.fetch(key)).toMatchObject({ finalStatus: null, progress: { percent: 7 } });
    await world.clock.advanceUntil(work);
    expect(await world.fetch(key)).toMatchObject({ finalStatus: 'succeeded' });
  });
});

describe('a parked task', () => {
  const look = () => reconcile({ ...world.dependencies(), queue: world.queue }, FOREVER);

  test('that nobody completes fails at its deadline, and is looked at once for that', async () => {
    const { key, token } = await world.park();
    await world.clock.advance(DAY - 1);
    expect(await look()).toMatchObject({ looked: 0 });
    await world.clock.advance(1);
    expect(await look()).toMatchObject({ looked: 1, ended: 1, sent: 0 });
    expect(await world.fetch(key)).toMatchObject({
      finalStatus: 'failed',
      error: { code: 'deadline-exceeded', attempt: 1 },
    });
    await expect(world.succeed(token)).rejects.toMatchObject({ name: 'TaskAlreadyFinalError' });
  });

  test('can be completed after its deadline as long as nobody has failed it', async () => {
    const { token } = await world.park();
    await world.clock.advance(DAY + MINUTE);
    expect(await world.succeed(token)).toMatchObject({ finalStatus: 'succeeded' });
    expect(await look()).toMatchObject({ looked: 0 });
  });

  test('is cancelled at once', async () => {
    const { key, token } = await world.park();
    const task = await cancelTask({ ...world, retentionMs: RETENTION_MS }, key);
    expect(task).toMatchObject({ finalStatus: 'cancelled', attempt: 1 });
    await expect(world.succeed(token)).rejects.toMatchObject({ finalStatus: 'cancelled' });
  });

  test('lets a duplicate of its message go, and begins no attempt', async () => {
    const { key, token } = await world.park();
    let runs = 0;
    await world.queue.send(key);
    const parked = await world.rowOf(key);
    expect(await world.deliver(actionOf(() => (runs += 1)))).toBe('delete');
    expect(runs).toBe(0);
    expect(await world.rowOf(key)).toEqual(parked);
    expect(await world.succeed(token)).toMatchObject({ finalStatus: 'succeeded', attempt: 1 });
  });

  test('is parked by the attempt that retries, and has no error any more once it succeeds', async () => {
    const first = await world.begin(async () => Promise.reject(new Error('once')));
    await world.clock.advanceUntil(first.work);
    const second = await world.begin(undefined, first.key);
    expect(await world.clock.advanceUntil(second.work)).toBe('delete');
    expect(await world.fetch(first.key)).toMatchObject({ attempt: 2, error: { message: 'once' } });
    expect(await world.succeed(second.token)).not.toHaveProperty('error');
  });
});
