import { beforeEach, describe, expect, test } from 'vitest';
import { TaskNotFoundError } from '../../../shared/task/errors.ts';
import { mark } from '../../../shared/task/operations.ts';
import type { TaskStorage } from '../../../shared/task/storage.ts';
import type { Task, TaskKey } from '../../../shared/task/task.ts';
import { waitForFinalStatus } from '../../../shared/task/wait-for-final-status.ts';
import { throttled } from '../../fakes/altered-storage.ts';
import { actionOf, createWorkerWorld } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createWorkerWorld>;
let key: TaskKey;

beforeEach(async () => {
  world = createWorkerWorld();
  key = await world.create(actionOf(() => 1));
});

const START = Date.UTC(2026, 0, 1);

async function end(retentionMs: number): Promise<void> {
  const times = { now: world.clock.now(), retentionMs };
  await world.storage.update(key, mark(START, { finalStatus: 'succeeded', output: undefined }, times));
}

/** A wait of 20 s, over what `polls` make of the eventual reads in it. */
function waitOver(polls: TaskStorage['get'], timeoutMs = 20_000, fraction = 0.5): Promise<Task> {
  const get: TaskStorage['get'] = async (at, options) =>
    options.eventual === true ? polls(at, options) : world.storage.get(at, options);
  const dependencies = {
    storage: { ...world.storage, get },
    clock: world.clock,
    random: { ...world.random, fraction: () => fraction },
    waitSleepMs: 50,
  };
  return waitForFinalStatus(dependencies, key, { timeoutMs });
}

describe('the looks of a wait', () => {
  test('go on when an eventual one does not show the task yet', async () => {
    const waiting = waitOver(async () => undefined);
    await world.clock.advance(10_000);
    await end(60_000);
    expect(await world.clock.advanceUntil(waiting)).toMatchObject({ finalStatus: 'succeeded' });
    expect(world.clock.now()).toBeLessThanOrEqual(START + 11_000);
  });

  test('end soon with "not found" when the task has ended and expired between two', async () => {
    const waiting = waitOver(async (...args) => world.storage.get(...args));
    await world.clock.advance(10_000);
    await end(0);
    await expect(world.clock.advanceUntil(waiting)).rejects.toThrow(TaskNotFoundError);
    expect(world.clock.now()).toBeLessThanOrEqual(START + 11_000);
  });

  test('go on after one that failed', async () => {
    let polls = 0;
    const waiting = waitOver(async (...args) => {
      polls += 1;
      return polls === 1 ? throttled() : world.storage.get(...args);
    });
    await world.clock.advance(10_000);
    await end(60_000);
    expect(await world.clock.advanceUntil(waiting)).toMatchObject({ finalStatus: 'succeeded' });
    expect(polls).toBeGreaterThan(10);
  });

  test('end with a consistent one, which may see more than those before', async () => {
    const old = await world.rowOf(key);
    const waiting = waitOver(async () => old);
    await world.clock.advance(10_000);
    await end(60_000);
    expect(await world.clock.advanceUntil(waiting)).toMatchObject({ finalStatus: 'succeeded' });
    expect(world.clock.now()).toBe(START + 20_000);
  });

  test.each([Number.NaN, 0, -1])('are one when the wait lasts %s ms', async (timeoutMs) => {
    let polls = 0;
    const waiting = waitOver(async (...args) => {
      polls += 1;
      return world.storage.get(...args);
    }, timeoutMs);
    expect(await world.clock.advanceUntil(waiting)).toMatchObject({ finalStatus: null });
    expect(world.clock.now()).toBe(START);
    expect(polls).toBe(0);
  });

  test.each([
    ['0.8 times', 0, 0.8],
    ['just', 0.5, 1],
    ['1.2 times', 1, 1.2],
  ])(
    'come after pauses that grow up to 20 times the first, drawn %s as long',
    async (_name, fraction, factor) => {
      const looks: number[] = [START];
      const poll: TaskStorage['get'] = async (...args) => {
        looks.push(world.clock.now());
        return world.storage.get(...args);
      };
      const waiting = waitOver(poll, 6000, fraction);
      await world.clock.advanceUntil(waiting);
      const pauses = looks.slice(1, 8).map((look, index) => look - (looks[index] ?? 0));
      expect(pauses).toHaveLength(7);
      for (const [index, pause] of [50, 200, 450, 800, 1000, 1000].entries())
        expect(pauses[index]).toBeCloseTo(factor * pause, 3);
      expect(looks.at(-1)).toBe(START + 6000);
    },
  );
});
