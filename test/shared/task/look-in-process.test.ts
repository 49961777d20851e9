import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStorage } from '../../../shared/task/memory-storage.ts';
import { createMemoryQueue } from '../../../shared/task/memory-queue.ts';
import type { TaskService, TaskServiceConfig } from '../../../shared/index.ts';
import { defineAction } from '../../../shared/index.ts';
import { throttled } from '../../fakes/altered-storage.ts';
import { anything, service } from '../../fakes/in-process.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';
import { createMemoryLogger } from '../../fakes/memory-logger.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let clock: ReturnType<typeof createManualClock>;
let logger: ReturnType<typeof createMemoryLogger>;
let tasks: TaskService;
let startedAt: number[];

beforeEach(() => {
  clock = createManualClock();
  logger = createMemoryLogger();
  startedAt = [];
});
afterEach(() => tasks.stop());

function open(config: Partial<TaskServiceConfig> = {}): TaskService {
  tasks = service({ clock, logger, queue: createMemoryQueue({ clock }), ...config });
  return tasks;
}

const note = defineAction({
  name: 'note',
  input: anything,
  run() {
    startedAt.push(clock.now());
  },
});
const wait = defineAction({
  name: 'wait',
  input: anything,
  run: (_input, { waitForCompletion }) => waitForCompletion(),
});

describe('a service in one process', () => {
  test('starts a task that was delayed by hours at its time, once', async () => {
    const startAt = clock.now() + 7 * HOUR;
    const { id } = await open().create(note, 1, { startAt });
    await clock.advance(7 * HOUR - 1);
    expect(await tasks.fetchState(id)).toMatchObject({ activeStatus: 'stopped', finalStatus: null });
    await clock.advance(1);
    expect(await tasks.fetchState(id)).toMatchObject({ finalStatus: 'succeeded', attempt: 1 });
    await clock.advance(HOUR);
    expect(startedAt).toEqual([startAt]);
  });

  test('fails a task at its deadline that nobody has completed, and a wait without a bound sees it', async () => {
    const deadlineAt = clock.now() + 2 * HOUR + 1;
    const { id } = await open().create(wait, 1, { deadlineAt });
    const task = await clock.advanceUntil(tasks.waitForFinalStatus(id));
    expect(task).toMatchObject({ finalStatus: 'failed', error: { code: 'deadline-exceeded' } });
    expect(clock.now() - deadlineAt).toBeLessThan(2 * MINUTE);
  });

  test('looks again after a look that failed, which is one line in the log', async () => {
    const storage = createMemoryStorage();
    const until = clock.now() + 3 * MINUTE + 1;
    const listOpen: typeof storage.listOpen = async (...args) =>
      clock.now() < until ? throttled() : storage.listOpen(...args);
    open({ storage: { ...storage, listOpen } });
    const { id } = await tasks.create(note, 1, { startAt: clock.now() + 20 * MINUTE });
    await clock.advance(20 * MINUTE);
    expect(await tasks.fetchState(id)).toMatchObject({ finalStatus: 'succeeded' });
    const failures = logger.lines.filter(({ level }) => level === 'error');
    const message = 'open tasks could not be looked at; they are looked at again in a minute';
    const line = { message, error: 'UnavailableError: Error' };
    expect(failures).toMatchObject([line, line, line]);
  });

  test('that is stopped looks no more, and leaves nothing that sleeps', async () => {
    await open().create(note, 1, { startAt: clock.now() + HOUR });
    await clock.advance(MINUTE);
    tasks.stop();
    await clock.advance(2 * HOUR);
    expect(startedAt).toEqual([]);
    expect(clock.sleeping()).toBe(0);
  });

  test('leaves looking to others when workers elsewhere execute its tasks', async () => {
    open({ worksInProcess: false, actions: [note] });
    await tasks.create(note, 1, { startAt: clock.now() + HOUR });
    expect(clock.sleeping()).toBe(0);
  });
});
