import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { defaultConfig, defineAction, hasSucceededStatus } from '../../../shared/index.ts';
import type { ActionContext, ActionOutput, TaskService } from '../../../shared/index.ts';
import { createMemoryQueue } from '../../../shared/task/memory-queue.ts';
import { anything, echo, service } from '../../fakes/in-process.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';

/** An action that hands out its completion token, and waits for whoever has it. */
function waitingAction(settings: { readonly output?: typeof quantity } = {}) {
  const { promise: token, resolve } = Promise.withResolvers<string>();
  const action = defineAction({
    name: 'wait',
    input: anything,
    ...settings,
    run(_input, { completionToken, waitForCompletion }: ActionContext) {
      resolve(completionToken);
      return waitForCompletion();
    },
  });
  return { action, token };
}

const options = { idempotencyKey: 'k' };
const quantity = v.object({ n: v.number() });

describe('a task of a service in one process', () => {
  test('is completed from outside, whether its attempt has parked it yet or not', async () => {
    const tasks = service();
    const { action, token } = waitingAction();
    const { id } = await tasks.create(action, 1);
    expect(await tasks.heartbeat(await token, { percent: 50 })).toMatchObject({ progress: { percent: 50 } });
    const waiting = tasks.waitForFinalStatus(id);
    const task = await tasks.succeed(await token, { answer: 42 });
    expect(task).toMatchObject({ id, finalStatus: 'succeeded', output: { answer: 42 }, attempt: 1 });
    expect(await waiting).toEqual(task);
    expect(await tasks.succeed(await token, { answer: 42 })).toEqual(task);
  });

  test('fails from outside with its token', async () => {
    const tasks = service();
    const { action, token } = waitingAction();
    await tasks.create(action, 1);
    expect(await tasks.fail(await token, new Error('no'))).toMatchObject({
      finalStatus: 'failed',
      error: { message: 'no', retryable: false },
    });
  });

  test('has its output checked by its action’s schema while it is parked, registered or not', async () => {
    for (const registered of [true, false]) {
      const { action, token } = waitingAction({ output: quantity });
      const tasks = service({ actions: registered ? [action] : [] });
      const { id } = await tasks.create(action, 1);
      await token;
      // Long enough for the attempt to park its task.
      await tasks.waitForFinalStatus(id, { timeoutMs: 20 });
      await expect(tasks.succeed(await token, { n: 'x' })).rejects.toMatchObject({ code: 'output-rejected' });
      expect(await tasks.succeed(await token, { n: 1 })).toMatchObject({ output: { n: 1 } });
    }
  });

  test('is completed with a token that carries its tenant, whatever the service’s own', async () => {
    const { storage } = defaultConfig();
    const north = service({ storage, tenant: 'north' });
    const south = service({ storage, tenant: 'south', worksInProcess: false });
    const { action, token } = waitingAction();
    const { id } = await north.create(action, 1);
    expect(await south.succeed(await token, 1)).toMatchObject({ id, tenant: 'north' });
    await expect(south.fetchState(id)).rejects.toThrow('No task has the id');
  });

  const hour = 3_600_000;
  test.each([
    [
      'was cancelled before its start',
      async (tasks: TaskService, now: number) => {
        const { id } = await tasks.create(echo, 1, { ...options, startAt: now + hour });
        return tasks.cancel(id);
      },
    ],
    [
      'nobody has completed by its deadline',
      async (tasks: TaskService, now: number) => {
        const { action } = waitingAction();
        const { id } = await tasks.create(action, 1, { ...options, deadlineAt: now + hour });
        return tasks.waitForFinalStatus(id);
      },
    ],
  ])('that %s leaves nothing to the next one with its key', async (_name, end) => {
    const clock = createManualClock();
    const tasks = service({ clock, queue: createMemoryQueue({ clock }), retentionMs: 1000 });
    const { id, finalStatus } = await clock.advanceUntil(end(tasks, clock.now()));
    expect(finalStatus).toMatch(/cancelled|failed/);
    await clock.advance(2000);
    const other = defineAction({ name: 'wait', input: anything, run: () => 'other' });
    await tasks.create(other, 1, options);
    expect(await clock.advanceUntil(tasks.waitForFinalStatus(id))).toMatchObject({ output: 'other' });
    tasks.stop();
  });
});

describe('the type of an output', () => {
  test('is what the action returns beside waiting', () => {
    const either = defineAction({
      name: 'either',
      input: v.boolean(),
      run: async (waits, { waitForCompletion }) => (waits ? waitForCompletion() : { n: 1 }),
    });
    expectTypeOf<ActionOutput<typeof either>>().toEqualTypeOf<{ n: number }>();
  });

  test('is unknown when the action only waits', async () => {
    const { action, token } = waitingAction();
    expectTypeOf<ActionOutput<typeof action>>().toEqualTypeOf<unknown>();
    const tasks = service();
    const created = await tasks.create(action, 1);
    if (hasSucceededStatus(created)) expectTypeOf(created.output).toEqualTypeOf<unknown>();
    await tasks.succeed(await token);
  });

  test('is nothing when the action returns nothing', () => {
    const silent = defineAction({ name: 'silent', input: anything, run: () => undefined });
    expectTypeOf<ActionOutput<typeof silent>>().toEqualTypeOf<undefined>();
  });
});
