import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import * as operations from '../../../shared/task/operations.ts';
import { PermanentError } from '../../../shared/task/permanent-error.ts';
import { createCompletionWorld } from '../../fakes/completion-world.ts';
import { actionOf, RETENTION_MS } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createCompletionWorld>;

beforeEach(() => {
  world = createCompletionWorld();
});

const final = { name: 'TaskAlreadyFinalError' };

describe('a parked task', () => {
  test('stays started, holds no lease, and its message is deleted', async () => {
    const { key, work } = await world.begin();
    expect(await world.clock.advanceUntil(work)).toBe('delete');
    const row = await world.rowOf(key);
    expect(row).toMatchObject({ activeStatus: 'started', parked: true, lookAt: row?.deadlineAt });
    expect(row).not.toHaveProperty('leaseUntil');
    expect(world.logger.lines).toMatchObject([{ level: 'info', message: expect.stringContaining('parked') }]);
  });

  test('succeeds with its token and the output', async () => {
    const { key, token } = await world.park();
    await world.clock.advance(5 * 3_600_000);
    const task = await world.succeed(token, { answer: 42 });
    expect(task).toMatchObject({
      activeStatus: 'stopped',
      finalStatus: 'succeeded',
      output: { answer: 42 },
      attempt: 1,
      stoppedAt: world.clock.now(),
    });
    expect(await world.fetch(key)).toEqual(task);
    expect(await world.rowOf(key)).not.toHaveProperty('parked');
  });

  test('succeeds without an output', async () => {
    const { token } = await world.park();
    expect(await world.succeed(token)).not.toHaveProperty('output');
  });

  test.each([
    ['an error', new TypeError('no'), { name: 'TypeError', message: 'no', code: 'action-failed' }],
    ['an error for good', new PermanentError('no', { code: 'E1' }), { message: 'no', code: 'E1' }],
    ['words', 'no', { name: 'Error', message: 'no', code: 'action-failed' }],
  ])('fails with its token and %s, with no attempt after it', async (_name, error, stored) => {
    const { key, token } = await world.park();
    const task = await world.fail(token, error);
    expect(task).toMatchObject({
      finalStatus: 'failed',
      error: { ...stored, retryable: false, attempt: 1 },
    });
    expect(await world.fetch(key)).toEqual(task);
  });

  test('takes progress from outside, and goes on waiting', async () => {
    const { key, token } = await world.park();
    const task = await world.beat(token, { percent: 100 / 3, message: 'on its way' });
    expect(task).toMatchObject({ finalStatus: null, progress: { percent: 33.33, message: 'on its way' } });
    expect(await world.rowOf(key)).toMatchObject({ parked: true, lookAt: task.deadlineAt });
    expect(await world.succeed(token)).not.toHaveProperty('progress');
  });

  test('refuses progress that is no number, and writes nothing', async () => {
    const { token } = await world.park();
    await expect(world.beat(token, { percent: Number.NaN })).rejects.toThrow('NaN %; use 0 to 100');
    expect(world.written).toEqual({ updates: 0, payloads: 0 });
  });
});

describe('a completion', () => {
  test('made again is the same task, and writes nothing', async () => {
    for (const complete of [
      (token: string) => world.succeed(token, { b: [1, 'x'.repeat(2000)], a: 2 }),
      (token: string) => world.succeed(token),
      (token: string) => world.fail(token, new Error('no')),
    ]) {
      const { token } = await world.park();
      const first = await complete(token);
      const before = { ...world.written };
      await world.clock.advance(1000);
      expect(await complete(token)).toEqual(first);
      expect(world.written).toEqual(before);
    }
  });

  test('made again with its members in another order is the same', async () => {
    const { token } = await world.park();
    const first = await world.succeed(token, { a: 1, b: { c: 2, d: 3 } });
    expect(await world.succeed(token, { b: { d: 3, c: 2 }, a: 1 })).toEqual(first);
  });

  test('whose answer was lost is found when it is made again', async () => {
    const { token } = await world.park();
    const [first, second] = await Promise.all([world.succeed(token, 1), world.succeed(token, 1)]);
    expect(second).toEqual(first);
    expect(world.written.updates).toBe(1);
  });

  test('is refused after another one, and changes nothing', async () => {
    const { key, token } = await world.park();
    const task = await world.succeed(token, 1);
    const before = { ...world.written };
    await expect(world.succeed(token, 2)).rejects.toMatchObject({ ...final, finalStatus: 'succeeded' });
    await expect(world.succeed(token)).rejects.toMatchObject(final);
    await expect(world.succeed(token, null)).rejects.toMatchObject(final);
    await expect(world.fail(token, '1')).rejects.toMatchObject(final);
    await expect(world.beat(token, { percent: 1 })).rejects.toMatchObject(final);
    expect(await world.fetch(key)).toEqual(task);
    expect(world.written).toEqual(before);
  });

  test('is refused after another one that came at the same time', async () => {
    const { key, token } = await world.park();
    const results = await Promise.allSettled([1, 2, 3].map((output) => world.succeed(token, output)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await world.fetch(key)).toMatchObject({ finalStatus: 'succeeded', output: 1 });
  });

  test('is refused once the task was cancelled, or has failed at its deadline', async () => {
    for (const outcome of [
      operations.cancel({ now: world.clock.now(), retentionMs: RETENTION_MS }),
      operations.mark(
        world.clock.now(),
        {
          finalStatus: 'failed',
          error: { name: 'Error', message: 'late', code: 'x', retryable: false, attempt: 1 },
        },
        { now: world.clock.now(), retentionMs: RETENTION_MS },
      ),
    ]) {
      const { key, token } = await world.park();
      await world.storage.update(key, outcome);
      await expect(world.succeed(token)).rejects.toMatchObject(final);
    }
  });

  test('keeps a large output in a row of its own, which a refused one does not even write', async () => {
    const { key, token } = await world.park();
    await world.succeed(token, 'x'.repeat(5000));
    expect(await world.rowOf(key)).toMatchObject({ output: { ref: expect.stringMatching(/^output\//) } });
    expect(await world.fetch(key)).toMatchObject({ output: 'x'.repeat(5000) });
    await expect(world.succeed(token, 'y'.repeat(5000))).rejects.toMatchObject(final);
    expect(world.written.payloads).toBe(1);
  });

  test.each([250, 300, 350, 400, 450])(
    'keeps the row within its KB: an output of %d bytes',
    async (bytes) => {
      const { key, token } = await world.park();
      await world.succeed(token, 'x'.repeat(bytes));
      const row = await world.rowOf(key);
      expect(row && world.storage.sizeOf(row)).toBeLessThanOrEqual(1024);
    },
  );

  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  test.each([
    ['is no JSON', () => 1, 'output-rejected'],
    ['is no number', Number.NaN, 'output-rejected'],
    ['contains itself', cyclic, 'output-rejected'],
    ['is too large', 'x'.repeat(256 * 1024), 'output-too-large'],
  ])('whose output %s is refused, and the task goes on waiting', async (_name, output, code) => {
    const { key, token } = await world.park();
    await expect(world.succeed(token, output)).rejects.toMatchObject({ name: 'AttemptError', code });
    expect(world.written).toEqual({ updates: 0, payloads: 0 });
    expect(await world.rowOf(key)).toMatchObject({ parked: true });
  });

  test('is checked by the action’s schema of outputs', async () => {
    const action = actionOf(() => undefined, { output: v.object({ n: v.number() }) });
    const { token } = await world.park();
    for (const wrong of [undefined, { n: 'hunter2' }]) {
      const refused = world.succeed(token, wrong, action);
      await expect(refused).rejects.toMatchObject({
        code: 'output-rejected',
        message: expect.stringContaining('promises'),
      });
      await expect(refused).rejects.not.toThrow('hunter2');
    }
    expect(world.written).toEqual({ updates: 0, payloads: 0 });
    expect(await world.succeed(token, { n: 1, more: 2 }, action)).toMatchObject({
      output: { n: 1, more: 2 },
    });
  });
});
