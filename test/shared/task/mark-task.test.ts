import { describe, expect, test } from 'vitest';
import { isTaskNotFound } from '../../../shared/index.ts';
import { echo, gatedAction, service } from '../../fakes/in-process.ts';

describe('marking a task', () => {
  test('ends it, and the result of the action that runs on is not stored', async () => {
    const tasks = service();
    const { action, begun, open } = gatedAction();
    const task = await tasks.create(action, 1);
    await begun;
    const marked = await tasks.markAsSucceeded(task, { by: 'hand' });
    expect(marked).toMatchObject({ finalStatus: 'succeeded', output: { by: 'hand' } });
    open();
    expect(await tasks.waitForFinalStatus(task.id)).toEqual(marked);
  });

  test('as failed keeps the error, whatever it is', async () => {
    const tasks = service();
    const { action, open } = gatedAction();
    const marked = await tasks.markAsFailedWithError(await tasks.create(action, 1), 'plain words');
    expect(marked).toMatchObject({
      finalStatus: 'failed',
      error: { message: 'plain words', retryable: false },
    });
    open();
  });

  test('changes no final status, and returns the task refreshed', async () => {
    const tasks = service();
    const task = await tasks.create(echo, 1);
    const ended = await tasks.waitForFinalStatus(task.id);
    expect(await tasks.markAsFailedWithError(task, new Error('late'))).toEqual(ended);
    expect(await tasks.markAsSucceeded(task, 'late')).toEqual(ended);
  });

  test('refuses an output that is not JSON, and leaves the task open', async () => {
    const tasks = service();
    const { action, open } = gatedAction();
    const task = await tasks.create(action, 1);
    await expect(tasks.markAsSucceeded(task, Number.NaN)).rejects.toThrow('output is NaN');
    expect(await tasks.fetchState(task.id)).toMatchObject({ finalStatus: null });
    open();
  });

  test('of a task that does not exist says so', async () => {
    const task = await service().create(echo, 1);
    await expect(service().markAsSucceeded(task)).rejects.toSatisfy(isTaskNotFound);
    await expect(service().markAsFailedWithError(task, 'x')).rejects.toSatisfy(isTaskNotFound);
  });
});
