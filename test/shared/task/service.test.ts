import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  contextTaskId,
  defaultConfig,
  defineAction,
  hasFailedStatus,
  hasFinalStatus,
  hasSucceededStatus,
  isTaskNotFound,
  PermanentError,
} from '../../../shared/index.ts';
import type { ListFilters } from '../../../shared/index.ts';
import { anything, echo, gatedAction, service } from '../../fakes/in-process.ts';
import { createMemoryLogger } from '../../fakes/memory-logger.ts';

describe('a task service in one process', () => {
  test('creates a task at once and executes its action later', async () => {
    const tasks = service();
    const { action, open } = gatedAction();
    const task = await tasks.create(action, { a: 1 });
    expect(task).toMatchObject({ activeStatus: 'started', finalStatus: null, input: { a: 1 }, attempt: 0 });
    expect(hasFinalStatus(await tasks.fetchState(task.id))).toBe(false);
    open();
    const ended = await tasks.waitForFinalStatus(task.id);
    expect(ended).toMatchObject({
      activeStatus: 'stopped',
      finalStatus: 'succeeded',
      output: { a: 1 },
      attempt: 1,
    });
  });

  test('lists its tasks, the open ones first, and those alone that are asked for', async () => {
    const tasks = service();
    const { action, begun } = gatedAction();
    const failing = defineAction({
      name: 'failing',
      input: anything,
      run: () => Promise.reject(new PermanentError('no')),
    });
    const ended = [await tasks.create(echo, 1), await tasks.create(failing, 2)];
    for (const { id } of ended) await tasks.waitForFinalStatus(id);
    const open = await tasks.create(action, 3);
    await begun;
    const idsOf = async (filters?: ListFilters) => {
      const ids: string[] = [];
      for await (const { id } of tasks.list(filters)) ids.push(id);
      return ids;
    };
    const [succeeded, failed] = ended.map(({ id }) => id);
    const [first, ...others] = await idsOf();
    expect(first).toBe(open.id);
    expect(others).toHaveLength(2);
    expect(others).toEqual(expect.arrayContaining([succeeded, failed]));
    expect(await idsOf({ finalStatus: 'failed' })).toEqual([failed]);
    expect(await idsOf({ activeStatus: 'started' })).toEqual([open.id]);
    expect(await idsOf({ action: 'echo' })).toEqual([succeeded]);
  });

  test('stores the task before its action begins', async () => {
    const tasks = service();
    const seen = Promise.withResolvers<unknown>();
    const action = defineAction({
      name: 'look',
      input: anything,
      run: async (_input, { taskId }) => seen.resolve(await tasks.fetchState(taskId)),
    });
    const { id } = await tasks.create(action, null);
    expect(await seen.promise).toMatchObject({ id, activeStatus: 'started', finalStatus: null });
  });

  test('types the input and output of a task by its action', async () => {
    const double = defineAction({
      name: 'double',
      input: v.object({ n: v.number() }),
      run: ({ n }) => 2 * n,
    });
    const task = await service().create(double, { n: 2 });
    expectTypeOf(task.input).toEqualTypeOf<{ n: number }>();
    if (hasSucceededStatus(task)) expectTypeOf(task.output).toEqualTypeOf<number | undefined>();
    expect(task.input).toEqual({ n: 2 });
  });

  test('gives the action its task’s id, and logs with it', async () => {
    const logger = createMemoryLogger();
    const tasks = service({ logger });
    const action = defineAction({
      name: 'tell',
      input: anything,
      run(_input, { taskId, log }) {
        log.info('inside');
        return taskId;
      },
    });
    const { id } = await tasks.create(action, null);
    expect(await tasks.waitForFinalStatus(id)).toMatchObject({ output: id });
    expect(contextTaskId).toBe('task-id');
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ message: 'inside', 'task-id': id, attempt: 1 }),
    );
    expect(logger.lines.every((line) => line[contextTaskId] === id)).toBe(true);
  });

  test('keeps an error’s message', async () => {
    const tasks = service();
    const action = defineAction({
      name: 'fail',
      input: anything,
      retry: { maxAttempts: 1 },
      run() {
        throw new Error('told you so');
      },
    });
    const task = await tasks.waitForFinalStatus((await tasks.create(action, null)).id);
    expect(hasFailedStatus(task) && task.error.message).toBe('told you so');
  });

  test('says of an unknown id that there is no such task', async () => {
    const tasks = service();
    const id = '0'.repeat(32);
    for (const call of [() => tasks.fetchState(id), () => tasks.waitForFinalStatus(id)]) {
      const error: unknown = await call().catch((thrown: unknown) => thrown);
      expect(isTaskNotFound(error)).toBe(true);
    }
    expect(isTaskNotFound(new Error('other'))).toBe(false);
  });

  test('executes an action value that is in no registry, even when another one has its name', async () => {
    const tasks = service({ actions: [echo] });
    const other = defineAction({ name: 'echo', input: anything, run: () => 'other' });
    const [first, second] = [await tasks.create(echo, 1), await tasks.create(other, 1)];
    expect(await tasks.waitForFinalStatus(first.id)).toMatchObject({ output: { echoed: 1 } });
    expect(await tasks.waitForFinalStatus(second.id)).toMatchObject({ output: 'other' });
  });

  test('refuses an action that workers elsewhere could not find', async () => {
    const tasks = service({ worksInProcess: false, actions: [] });
    await expect(tasks.create(echo, 1)).rejects.toThrow('No action is called "echo"');
  });

  test('refuses two actions of one name', () => {
    expect(() => service({ actions: [echo, echo] })).toThrow('Two actions are called echo');
  });

  test.each(['', 'ü'.repeat(513), 'half \ud83d'])(
    'refuses a tenant that does not fit into a key: %j',
    (tenant) => {
      expect(() => service({ tenant })).toThrow('give well-formed text of 1 to 1024');
    },
  );

  test('refuses an input with nothing stored', async () => {
    const storage = defaultConfig().storage;
    const tasks = service({ storage });
    const strict = defineAction({ name: 'strict', input: v.object({ n: v.number() }), run: ({ n }) => n });
    const options = { idempotencyKey: 'k' };
    const untyped = JSON.parse('{"n":"x"}');
    await expect(tasks.create(strict, untyped, options)).rejects.toMatchObject({
      issues: [{ path: ['n'] }],
    });
    await expect(tasks.create(echo, { f: () => 1 })).rejects.toMatchObject({ issues: [{ path: ['f'] }] });
    await expect(tasks.create(echo, 'x'.repeat(256 * 1024))).rejects.toThrow('at most 262144');
    const { id } = await tasks.create(strict, { n: 1 }, options);
    expect(await tasks.waitForFinalStatus(id)).toMatchObject({ output: 1 });
  });

  test('creates once for one idempotency key and request, and refuses another request', async () => {
    const tasks = service();
    const { action, open } = gatedAction();
    const options = { idempotencyKey: 'k' };
    const [first, second] = await Promise.all([
      tasks.create(action, { a: 1, b: 2 }, options),
      tasks.create(action, { b: 2, a: 1 }, options),
    ]);
    expect(second.id).toBe(first.id);
    await expect(tasks.create(action, { a: 2 }, options)).rejects.toThrow('used before with another request');
    open();
    expect(await tasks.waitForFinalStatus(first.id)).toMatchObject({ attempt: 1, output: { a: 1, b: 2 } });
  });
});

describe('a wait', () => {
  test('that is aborted returns the task as it is', async () => {
    const tasks = service();
    const { action, begun, open } = gatedAction();
    const { id } = await tasks.create(action, 1);
    await begun;
    const closer = new AbortController();
    const waiting = tasks.waitForFinalStatus(id, { signal: closer.signal });
    closer.abort();
    expect(await waiting).toMatchObject({ id, activeStatus: 'started', finalStatus: null });
    expect(await tasks.waitForFinalStatus(id, { signal: closer.signal })).toMatchObject({
      id,
      finalStatus: null,
    });
    open();
    expect(await tasks.waitForFinalStatus(id)).toMatchObject({ finalStatus: 'succeeded' });
  });

  test('that expires returns the task as it is', async () => {
    const tasks = service();
    const { action, open } = gatedAction();
    const { id } = await tasks.create(action, 1);
    expect(await tasks.waitForFinalStatus(id, { timeoutMs: 5 })).toMatchObject({ id, finalStatus: null });
    open();
  });

  test('looks before it asks whether its time is over', async () => {
    const tasks = service();
    const { id } = await tasks.create(echo, 1);
    await tasks.waitForFinalStatus(id);
    expect(await tasks.waitForFinalStatus(id, { timeoutMs: 0 })).toMatchObject({ finalStatus: 'succeeded' });
  });
});
