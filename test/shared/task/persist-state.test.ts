import { describe, expect, test } from 'vitest';
import { echo, service } from '../../fakes/in-process.ts';

describe('persisting a state', () => {
  const idle = { worksInProcess: false, actions: [echo] } as const;

  test('stores a task that is not there, open or ended', async () => {
    const task = await service(idle).create(echo, { a: 1 });
    const tasks = service(idle);
    const stored = await tasks.persistState(task);
    expect(stored).toMatchObject({ id: task.id, input: { a: 1 }, finalStatus: null });
    expect(await tasks.fetchState(task.id)).toEqual(stored);
    const ended = await service(idle)
      .markAsSucceeded(stored, 5)
      .catch(() => tasks.markAsSucceeded(stored, 5));
    const other = service(idle);
    expect(await other.persistState(ended)).toMatchObject({ finalStatus: 'succeeded', output: 5 });
    expect(await other.fetchState(task.id)).toMatchObject({ finalStatus: 'succeeded', output: 5 });
  });

  test('stores a changed state of a task that nobody else has changed', async () => {
    const tasks = service(idle);
    const task = await tasks.create(echo, 1);
    const progressed = await tasks.persistState({
      ...task,
      activeStatus: 'started',
      finalStatus: null,
      progress: { percent: 9 },
    });
    expect(progressed).toMatchObject({ progress: { percent: 9 } });
    const failed = await tasks.persistState({
      ...progressed,
      activeStatus: 'stopped',
      finalStatus: 'failed',
      stoppedAt: task.createdAt,
      expiresAt: 0,
      error: { name: 'Error', message: 'by hand', code: 'x', retryable: false, attempt: 0 },
    });
    expect(failed).toMatchObject({ finalStatus: 'failed', error: { message: 'by hand' } });
  });

  test('never overwrites a final status, nor what it has not seen', async () => {
    const tasks = service(idle);
    const task = await tasks.create(echo, 1);
    const changed = await tasks.persistState({
      ...task,
      activeStatus: 'started',
      finalStatus: null,
      progress: { percent: 9 },
    });
    expect(await tasks.persistState(task)).toEqual(changed);
    const ended = await tasks.markAsSucceeded(task, 1);
    expect(await tasks.persistState(changed)).toEqual(ended);
    expect(await tasks.persistState({ ...changed, version: ended.version })).toEqual(ended);
  });

  test('refuses the input of a new task that is not JSON', async () => {
    const task = await service(idle).create(echo, 1);
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    for (const input of [cyclic, 1n, Number.NaN]) {
      const tasks = service(idle);
      await expect(tasks.persistState({ ...task, input })).rejects.toMatchObject({
        name: 'InputRejectedError',
      });
      await expect(tasks.fetchState(task.id)).rejects.toMatchObject({ name: 'TaskNotFoundError' });
    }
  });
});
