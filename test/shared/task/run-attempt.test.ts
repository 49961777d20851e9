import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ActionContext } from '../../../shared/task/action.ts';
import { handleDelivery } from '../../../shared/task/handle-delivery.ts';
import { PermanentError } from '../../../shared/task/permanent-error.ts';
import { actionOf, createWorkerWorld, FOREVER } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

describe('an attempt that succeeds', () => {
  test('ends its task with the output and lets its message go', async () => {
    expect(await world.outcome(() => ({ answer: 42 }))).toMatchObject({
      activeStatus: 'stopped',
      finalStatus: 'succeeded',
      attempt: 1,
      output: { answer: 42 },
    });
  });

  test('that returns nothing ends its task without an output', async () => {
    expect(await world.outcome(() => undefined)).not.toHaveProperty('output');
  });

  test('keeps a large output in a row of its own, and its task row small', async () => {
    const action = actionOf(() => 'x'.repeat(10_000));
    const key = await world.create(action, 'y'.repeat(10_000));
    await world.drain(action);
    const row = await world.rowOf(key);
    expect(row).toMatchObject({
      input: { ref: expect.stringMatching(/^input\//) },
      output: { ref: expect.stringMatching(/^output\//) },
    });
    expect(row && world.storage.sizeOf(row)).toBeLessThan(1024);
    expect(await world.fetch(key)).toMatchObject({
      input: 'y'.repeat(10_000),
      output: 'x'.repeat(10_000),
    });
  });

  test('is told its task, attempt, time and a key that every attempt shares', async () => {
    const seen: ActionContext[] = [];
    const action = actionOf((_input, context) => {
      seen.push(context);
      if (context.attempt === 1) throw new Error('once');
    });
    const key = await world.create(action);
    await world.drain(action);
    expect(seen.map(({ taskId, attempt }) => [taskId, attempt])).toEqual([
      [key.id, 1],
      [key.id, 2],
    ]);
    expect(seen[0]?.idempotencyKey).toBe(seen[1]?.idempotencyKey);
    expect((seen[0]?.deadline ?? 0) - Date.UTC(2026, 0, 1)).toBe(60_000);
  });
});

describe('an attempt that throws', () => {
  test('releases its task for another one after a backoff, which then succeeds', async () => {
    const action = actionOf((_input, { attempt }) => {
      if (attempt < 3) throw new Error(`attempt ${attempt}`);
      return attempt;
    });
    const key = await world.create(action);
    const first = await world.receive();
    const before = world.clock.now();
    expect(await world.clock.advanceUntil(handleDelivery(world.dependencies(action), first, FOREVER))).toBe(
      'keep',
    );
    const row = await world.rowOf(key);
    expect(row).toMatchObject({ activeStatus: 'started', attempt: 1, error: { message: 'attempt 1' } });
    expect(row).not.toHaveProperty('leaseUntil');
    expect((row?.retryAt ?? 0) - before).toBeLessThanOrEqual(5000);
    await world.drain(action);
    expect(await world.fetch(key)).toMatchObject({
      finalStatus: 'succeeded',
      output: 3,
      attempt: 3,
    });
  });

  test('fails its task with the last error when it was the last one', async () => {
    let runs = 0;
    const task = await world.outcome(
      (_input, { attempt }) => {
        runs += 1;
        throw new Error(`attempt ${attempt}`);
      },
      { retry: { maxAttempts: 2 } },
    );
    expect(runs).toBe(2);
    expect(task).toMatchObject({
      finalStatus: 'failed',
      error: { message: 'attempt 2', attempt: 2, retryable: true },
    });
  });

  test('permanently fails its task at once', async () => {
    const task = await world.outcome(() => {
      throw new PermanentError('never', { code: 'no-such-city' });
    });
    expect(task).toMatchObject({
      finalStatus: 'failed',
      attempt: 1,
      error: { code: 'no-such-city', retryable: false },
    });
  });

  test('fails its task with its error when the next attempt would begin after the deadline', async () => {
    const action = actionOf(() => {
      throw new Error('too late for another one');
    });
    const key = await world.create(action);
    const row = await world.rowOf(key);
    if (row !== undefined)
      await world.storage.set({ ...row, deadlineAt: world.clock.now() + 1 }, world.clock.now());
    await world.drain(action);
    const error = { message: 'too late for another one', attempt: 1 };
    expect(await world.fetch(key)).toMatchObject({ finalStatus: 'failed', attempt: 1, error });
  });

  const cyclic: unknown[] = [];
  cyclic.push(cyclic);

  test.each([
    ['a string', 'plain words', 'plain words'],
    ['a cyclic object', cyclic, expect.stringContaining('cycles')],
    ['a huge message', new Error('x'.repeat(2 ** 20)), expect.stringMatching(/^x{1021}…$/)],
  ])('%s ends its task with a clear error', async (_name, thrown, message) => {
    const task = await world.outcome(() => Promise.reject(thrown), { retry: { maxAttempts: 1 } });
    expect(task).toMatchObject({ finalStatus: 'failed', error: { message, code: 'action-failed' } });
  });
});

describe('an attempt whose output cannot be stored', () => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);

  test.each([
    ['a function', () => 1, 'output is a function'],
    ['NaN', { rows: [1, Number.NaN] }, 'output.rows[1] is NaN'],
    ['a BigInt', { big: 1n }, 'output.big is a BigInt'],
    ['a cycle', cyclic, 'output[0] refers to an object that contains it'],
  ])('%s fails its task for good, and tells where', async (_name, output, message) => {
    expect(await world.outcome(() => output)).toMatchObject({
      finalStatus: 'failed',
      attempt: 1,
      error: { code: 'output-rejected', retryable: false, message: expect.stringContaining(message) },
    });
  });

  test('more than 256 KiB fails its task for good, and tells how much it was', async () => {
    expect(await world.outcome(() => 'x'.repeat(256 * 1024))).toMatchObject({
      error: { code: 'output-too-large', message: expect.stringContaining('262146 bytes') },
    });
    expect(await world.outcome(() => 'x'.repeat(256 * 1024 - 2))).toMatchObject({ finalStatus: 'succeeded' });
  });

  test('one that the action’s own schema refuses fails its task for good', async () => {
    expect(await world.outcome(() => ({ n: 'one' }), { output: v.object({ n: v.number() }) })).toMatchObject({
      error: { code: 'output-rejected', message: expect.stringContaining('output.n') },
    });
  });
});
