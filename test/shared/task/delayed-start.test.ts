import { beforeEach, describe, expect, test } from 'vitest';
import { createTask, newTaskKey } from '../../../shared/task/create-task.ts';
import { reconcile } from '../../../shared/task/reconcile.ts';
import type { RequestedTimes } from '../../../shared/task/task-times.ts';
import type { TaskKey } from '../../../shared/task/task.ts';
import { actionOf, createWorkerWorld, FOREVER, RETENTION_MS } from '../../fakes/worker-world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let world: ReturnType<typeof createWorkerWorld>;
let startedAt: number[];
let sent: { readonly atMs: number; readonly delaySeconds: number | undefined }[];
let now: number;

beforeEach(() => {
  world = createWorkerWorld();
  startedAt = [];
  sent = [];
  now = world.clock.now();
});

const action = actionOf(() => {
  startedAt.push(world.clock.now());
});

/** The world's parts, in which what is sent is noted. */
function parts() {
  const send: typeof world.queue.send = async (key, options) => {
    sent.push({ atMs: world.clock.now() - now, delaySeconds: options?.delaySeconds });
    return world.queue.send(key, options);
  };
  return { ...world.dependencies(action), queue: { ...world.queue, send } };
}

async function create(times: RequestedTimes, idempotencyKey?: string) {
  const key = newTaskKey('default', world.random, idempotencyKey);
  return createTask(parts(), { key, action, input: 1, times });
}

/** Lets the clock look each minute for as long as `ms`. */
async function look(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += MINUTE) {
    await world.clock.advance(MINUTE);
    await reconcile(parts(), FOREVER);
  }
}

async function statusOf(key: TaskKey) {
  const { activeStatus, finalStatus } = await world.fetch(key);
  return [activeStatus, finalStatus];
}

describe('a task that starts later', () => {
  test('within 15 minutes is sent with a delay, and begins at its time', async () => {
    const { task } = await create({ startAt: now + 90_500 });
    expect(task).toMatchObject({ activeStatus: 'stopped', finalStatus: null, startAt: now + 90_500 });
    expect(sent).toEqual([{ atMs: 0, delaySeconds: 91 }]);
    await world.drain(action);
    expect(startedAt).toEqual([now + 91_000]);
    expect(await statusOf(task)).toEqual(['stopped', 'succeeded']);
  });

  test('whose message comes twice, and too early, begins once, at its time', async () => {
    const { task } = await create({ startAt: now + MINUTE });
    await world.queue.send(task);
    expect(await world.deliver(action)).toBe('keep');
    expect(await statusOf(task)).toEqual(['stopped', null]);
    await world.drain(action);
    expect(startedAt).toEqual([now + MINUTE]);
    expect(await world.rowOf(task)).toMatchObject({ attempt: 1 });
  });

  test('in more than 15 minutes is sent by the clock when its start is near', async () => {
    const { task } = await create({ startAt: now + 3 * HOUR });
    expect(sent).toEqual([]);
    await look(3 * HOUR - 15 * MINUTE);
    expect(sent).toEqual([{ atMs: 3 * HOUR - 15 * MINUTE, delaySeconds: 900 }]);
    await world.drain(action);
    expect(startedAt).toEqual([now + 3 * HOUR]);
    expect(await statusOf(task)).toEqual(['stopped', 'succeeded']);
  });

  test('in a year costs nothing until then, and begins at its time', async () => {
    const { task } = await create({ startAt: now + 366 * DAY });
    await world.clock.advance(366 * DAY - 16 * MINUTE);
    expect(await reconcile(parts(), FOREVER)).toMatchObject({ looked: 0 });
    await look(2 * MINUTE);
    await world.drain(action);
    expect(startedAt).toEqual([now + 366 * DAY]);
    expect(await statusOf(task)).toEqual(['stopped', 'succeeded']);
  });

  test('begins at once when the clock comes late', async () => {
    await create({ startAt: now + HOUR });
    await world.clock.advance(2 * HOUR);
    await reconcile(parts(), FOREVER);
    expect(sent).toMatchObject([{ delaySeconds: 0 }]);
    await world.drain(action);
    expect(startedAt).toEqual([now + 2 * HOUR]);
  });

  test('and whose message is lost is sent again 2 minutes after its start', async () => {
    const { task } = await create({ startAt: now + 10 * MINUTE });
    await world.queue.delete((await world.receive()).receipt);
    expect(world.clock.now()).toBe(now + 10 * MINUTE);
    await look(2 * MINUTE);
    await world.drain(action);
    expect(startedAt).toEqual([now + 12 * MINUTE]);
    expect(await statusOf(task)).toEqual(['stopped', 'succeeded']);
  });

  test('fails when its deadline passes before anybody begins it', async () => {
    const { task } = await create({ startAt: now + HOUR, deadlineAt: now + HOUR + 1 });
    await world.clock.advance(HOUR + 1);
    await reconcile(parts(), FOREVER);
    expect(await world.fetch(task)).toMatchObject({
      finalStatus: 'failed',
      attempt: 0,
      error: { code: 'deadline-exceeded' },
    });
  });
});

describe('times that are refused', () => {
  test.each([{ startAt: Number.NaN }, { deadlineAt: 1.5 }])('store and send nothing: %j', async (times) => {
    await expect(create(times, 'key')).rejects.toMatchObject({ name: 'TaskTimeRejectedError' });
    expect((await create({}, 'key')).repeated).toBe(false);
    await expect(create(times, 'key')).rejects.toMatchObject({ member: Object.keys(times)[0] });
    expect(sent).toHaveLength(1);
  });

  test('367 days ahead store nothing, and name the member', async () => {
    const request = create({ startAt: now + 367 * DAY }, 'key');
    await expect(request).rejects.toMatchObject({ name: 'TaskTimeRejectedError', member: 'startAt' });
    expect((await create({}, 'key')).repeated).toBe(false);
  });
});

describe('a create that is repeated with its key', () => {
  const times = () => ({ startAt: now + HOUR, deadlineAt: now + 2 * HOUR });

  test('is the first task, though its times have passed meanwhile', async () => {
    const { task } = await create(times(), 'key');
    await world.clock.advance(90 * MINUTE);
    expect(await create(times(), 'key')).toMatchObject({ repeated: true, task: { id: task.id } });
    await world.clock.advance(90 * MINUTE);
    expect(await create(times(), 'key')).toMatchObject({ repeated: true, task: { id: task.id } });
    expect(sent).toEqual([]);
  });

  test('is refused for other times, whether they have passed or not', async () => {
    await create(times(), 'key');
    const reused = { name: 'IdempotencyKeyReusedError' };
    await expect(create({ ...times(), startAt: now + HOUR + 1 }, 'key')).rejects.toMatchObject(reused);
    await expect(create({ startAt: now + HOUR }, 'key')).rejects.toMatchObject(reused);
    await expect(create({ deadlineAt: now }, 'key')).rejects.toMatchObject({ member: 'deadlineAt' });
  });

  test('is refused for its times once the first task has expired', async () => {
    const { task } = await create(times(), 'key');
    await world.clock.advance(3 * HOUR);
    await reconcile(parts(), FOREVER);
    await world.clock.advance(RETENTION_MS + 1000);
    await expect(world.fetch(task)).rejects.toThrow('No task has the id');
    await expect(create(times(), 'key')).rejects.toMatchObject({ member: 'deadlineAt' });
  });
});
