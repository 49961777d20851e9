import { beforeEach, describe, expect, test } from 'vitest';
import { defaultConfig, defineAction, isTaskNotFound } from '../../../shared/index.ts';
import type { Task, TaskService } from '../../../shared/index.ts';
import { anything, echo, service } from '../../fakes/in-process.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';

describe('one key of two requests', () => {
  test.each(['echo', 'other'])(
    'executes the value that was accepted, when an action called %s is refused beside it',
    async (name) => {
      const { promise: refusedByThen, resolve: sendNow } = Promise.withResolvers<void>();
      const { promise: stored, resolve: isStored } = Promise.withResolvers<void>();
      const { queue } = defaultConfig();
      const send: typeof queue.send = async (...args) => {
        isStored();
        await refusedByThen;
        return queue.send(...args);
      };
      const tasks = service({ actions: [], queue: { ...queue, send } });
      const options = { idempotencyKey: 'k' };
      const accepted = tasks.create(echo, 1, options);
      await stored;
      const refused = defineAction({ name, input: anything, run: () => 'of the refused' });
      await expect(tasks.create(refused, 2, options)).rejects.toThrow('used before with another request');
      sendNow();
      const { id } = await accepted;
      expect(await tasks.waitForFinalStatus(id)).toMatchObject({ output: { echoed: 1 }, attempt: 1 });
      tasks.stop();
    },
  );
});

test('a create repeated in another process gives its action value to the worker there', async () => {
  const { storage, queue } = defaultConfig();
  const once = defineAction({
    name: 'once',
    input: anything,
    retry: { maxAttempts: 1 },
    run: () => 'by the second',
  });
  const options = { idempotencyKey: 'k' };
  const dead = service({ storage, queue, actions: [once], worksInProcess: false });
  const { id } = await dead.create(once, 1, options);
  const tasks = service({ storage, queue });
  await tasks.create(once, 1, options);
  expect(await tasks.waitForFinalStatus(id)).toMatchObject({
    finalStatus: 'succeeded',
    output: 'by the second',
  });
  tasks.stop();
});

describe('a task that has expired, and whose id another one has by now', () => {
  let tasks: TaskService;
  let open: Task;
  let ended: Task;
  let present: Task;

  beforeEach(async () => {
    const clock = createManualClock();
    tasks = service({ worksInProcess: false, actions: [echo], clock, retentionMs: 1000 });
    open = await tasks.create(echo, 'old', { idempotencyKey: 'k' });
    ended = await tasks.markAsSucceeded(open, 'old');
    await clock.advance(1000);
    present = await tasks.create(echo, 'new', { idempotencyKey: 'k' });
  });

  test('changes nothing of the other one when its state is persisted', async () => {
    expect(present).toMatchObject({ id: open.id, version: open.version, input: 'new', finalStatus: null });
    for (const old of [open, ended, { ...ended, version: present.version }]) {
      expect(await tasks.persistState(old)).toEqual(present);
      expect(await tasks.fetchState(present.id)).toEqual(present);
    }
  });

  test('is not found when it is marked, and the other one stays open', async () => {
    for (const old of [open, ended]) {
      await expect(tasks.markAsSucceeded(old, 'again')).rejects.toSatisfy(isTaskNotFound);
      await expect(tasks.markAsFailedWithError(old, 'again')).rejects.toSatisfy(isTaskNotFound);
    }
    expect(await tasks.fetchState(present.id)).toEqual(present);
  });
});
