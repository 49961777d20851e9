import { describe, expect, test } from 'vitest';
import { STOP_MARGIN_MS, WORKER_TIMEOUT_SECONDS } from '../../../shared/task/limits.ts';
import { sleep } from '../../../functions/actions/sleep.ts';
import { attemptContext } from './attempt-context.ts';

describe('sleep', () => {
  test.each([0, 0.02])('returns its %d seconds after that time', async (seconds) => {
    const startMs = performance.now();
    expect(await sleep.run({ seconds }, attemptContext())).toEqual({ seconds });
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(seconds * 1000 - 1);
  });

  test('notes rising progress up to 100 percent, about once a second', async () => {
    const context = attemptContext();
    await sleep.run({ seconds: 1.1 }, context);
    expect(context.percents).toEqual(context.percents.toSorted((a, b) => a - b));
    expect(context.percents.at(-1)).toBe(100);
    expect(context.percents.length).toBeLessThanOrEqual(3);
  });

  test('ends with the reason of the signal that aborts it', async () => {
    const controller = new AbortController();
    const sleeping = sleep.run({ seconds: 240 }, attemptContext(controller.signal));
    const reason = new Error('The lease is lost.');
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });

  test('does not begin under a signal that has aborted', async () => {
    const reason = new Error('Out of time.');
    await expect(sleep.run({ seconds: 240 }, attemptContext(AbortSignal.abort(reason)))).rejects.toBe(reason);
  });

  test('fits the time of a default worker with its longest sleep', () => {
    expect(sleep.timeoutMs).toBeGreaterThan(240_000);
    expect(sleep.timeoutMs).toBeLessThanOrEqual(WORKER_TIMEOUT_SECONDS * 1000 - STOP_MARGIN_MS);
  });

  test.each([
    ['nothing', undefined],
    ['a text', { seconds: '1' }],
    ['less than 0', { seconds: -0.1 }],
    ['more than 240', { seconds: 240.1 }],
    ['not a number', { seconds: Number.NaN }],
    ['an unknown member', { seconds: 1, minutes: 1 }],
  ])('refuses %s', async (_, input) => {
    expect((await sleep.input['~standard'].validate(input)).issues).toHaveLength(1);
  });
});
