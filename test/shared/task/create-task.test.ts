import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { defineAction } from '../../../shared/task/action.ts';
import type { Action } from '../../../shared/task/action.ts';
import { createTask } from '../../../shared/task/create-task.ts';
import type { TaskStorage } from '../../../shared/task/storage.ts';
import { throttled } from '../../fakes/altered-storage.ts';
import { actionOf, createWorkerWorld, RETENTION_MS } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

const START = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const key = { tenant: 'north', id: 'a'.repeat(32) };
const echo = actionOf((input) => input, { retry: { maxAttempts: 7 } });

async function create(
  parts: { action?: Action; input?: unknown; traceparent?: string },
  storage: TaskStorage = world.storage,
) {
  const { clock, random, queue } = world;
  const dependencies = { storage, queue, clock, random, retentionMs: RETENTION_MS };
  return createTask(dependencies, { key, action: echo, input: undefined, ...parts });
}

describe('the row of a new task', () => {
  test('is open, never begun, looked at after 2 min, and has a day', async () => {
    await create({ input: { a: 1 }, traceparent: '00-1-2-03' });
    expect(await world.rowOf(key)).toEqual({
      ...key,
      action: 'work',
      activeStatus: 'started',
      version: 1,
      nonce: expect.stringMatching(/^[0-9a-f]{16}$/),
      fingerprint: expect.stringMatching(/^[\w-]{43}$/),
      createdAt: START,
      deadlineAt: START + DAY_MS,
      lookAt: START + 120_000,
      dispatches: 0,
      attempt: 0,
      maxAttempts: 7,
      input: { json: '{"a":1}' },
      traceparent: '00-1-2-03',
    });
  });

  test('holds the input as long as a claim and the end fit into its KB too', async () => {
    await create({ input: '' });
    const row = await world.rowOf(key);
    const bare = row === undefined ? 0 : world.storage.sizeOf({ ...row, input: { json: '' } });
    const largest = 1024 - 256 - bare - '""'.length;
    expect(largest).toBeGreaterThan(100);
    for (const [length, input] of [
      [largest, { json: expect.any(String) }],
      [largest + 1, { ref: expect.stringMatching(/^input\//) }],
    ] as const) {
      world = createWorkerWorld();
      await create({ input: 'x'.repeat(length) });
      expect((await world.rowOf(key))?.input).toEqual(input);
    }
  });

  test('names a large input that lives a day longer than the task at most does', async () => {
    const lives: number[] = [];
    const storage: TaskStorage = {
      ...world.storage,
      async putPayload(at, ref, json, expiresAt) {
        expect(await world.rowOf(key)).toBeUndefined();
        lives.push(expiresAt);
        return world.storage.putPayload(at, ref, json, expiresAt);
      },
    };
    await create({ input: 'x'.repeat(5000) }, storage);
    expect(lives).toEqual([START + DAY_MS + RETENTION_MS + DAY_MS]);
    expect(await world.fetch(key)).toMatchObject({ input: 'x'.repeat(5000) });
  });
});

describe('a create whose own row refuses it', () => {
  test('is no repeat, and sends its id: the write was sent twice', async () => {
    const twice: TaskStorage = {
      ...world.storage,
      async create(row, now) {
        await world.storage.create(row, now);
        return world.storage.create(row, now);
      },
    };
    expect(await create({}, twice)).toMatchObject({ repeated: false, task: { id: key.id } });
    expect(await world.queue.countWaiting()).toBe(1);
  });

  test('is no repeat, and sends its id, when the write’s answer was lost', async () => {
    const forgetful: TaskStorage = {
      ...world.storage,
      async create(row, now) {
        await world.storage.create(row, now);
        return throttled();
      },
    };
    expect(await create({}, forgetful)).toMatchObject({ repeated: false });
    expect(await world.queue.countWaiting()).toBe(1);
  });

  test('is a repeat, and sends nothing, when the row is another create’s', async () => {
    await create({ input: 1 });
    expect(await create({ input: 1 })).toMatchObject({ repeated: true, task: { input: 1 } });
    expect(await world.queue.countWaiting()).toBe(1);
  });
});

describe('an input', () => {
  test('that is absent stays so, through to the action', async () => {
    const seen: unknown[] = [];
    const action = actionOf((input) => {
      seen.push(input);
    });
    expect((await create({ action })).task.input).toBeUndefined();
    expect((await world.rowOf(key))?.input).toEqual({ json: '' });
    await world.drain(action);
    expect(seen).toEqual([undefined]);
    expect((await world.fetch(key)).input).toBeUndefined();
  });

  test('that is absent gets the schema’s default, in the action only', async () => {
    const action = defineAction({ name: 'default', input: v.optional(v.number(), 7), run: (n) => n + 1 });
    expect((await create({ action })).task.input).toBeUndefined();
    await world.drain(action);
    expect(await world.fetch(key)).toMatchObject({ finalStatus: 'succeeded', output: 8 });
  });

  test.each([
    ['a date, which JSON has as a string', v.date(), new Date(START)],
    ['a member that JSON leaves out', v.strictObject({ a: v.undefined() }), { a: undefined }],
  ])('is checked as JSON: a schema of %s refuses it, and nothing is stored', async (_name, schema, input) => {
    const action = defineAction({ name: 'strict', input: schema, run: () => 1 });
    await expect(create({ action, input })).rejects.toThrow('The input is not one that the action strict');
    expect(await world.rowOf(key)).toBeUndefined();
    expect(await world.queue.countWaiting()).toBe(0);
  });

  test('is taken when its JSON form is what the schema asks for', async () => {
    const action = defineAction({
      name: 'iso',
      input: v.pipe(v.string(), v.isoTimestamp()),
      run: (at) => at,
    });
    await create({ action, input: new Date(START) });
    await world.drain(action);
    expect(await world.fetch(key)).toMatchObject({ output: '2026-01-01T00:00:00.000Z' });
  });
});
