import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../../shared/task/backoff.ts';
import { actionOf, createWorkerWorld } from '../../fakes/worker-world.ts';

describe('the pause before another attempt', () => {
  test('is bounded by 5 s, doubled for each attempt up to 15 min', () => {
    const bounds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map((attempt) => backoffMs(attempt, 1) / 1000);
    expect(bounds).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
  });

  test('is drawn from nothing up to its bound, in whole milliseconds', () => {
    for (const attempt of [1, 4, 20]) {
      expect(backoffMs(attempt, 0)).toBe(0);
      expect(backoffMs(attempt, 0.5)).toBe(backoffMs(attempt, 1) / 2);
      expect(backoffMs(attempt, 1 / 3)).toBe(Math.floor(backoffMs(attempt, 1) / 3));
    }
  });

  test('grows with the attempts of the task', async () => {
    const world = createWorkerWorld();
    const random = { ...world.random, fraction: () => 0.5 };
    const action = actionOf(() => {
      throw new Error('again');
    });
    const key = await world.create(action);
    for (const pause of [2500, 5000]) {
      expect(await world.deliver(action, { random })).toBe('keep');
      expect((await world.rowOf(key))?.retryAt).toBe(world.clock.now() + pause);
    }
  });
});
