import { expect, test } from 'vitest';
import { runSchedule } from '../../../../infra/local/schedule/run-schedule.ts';
import { createManualClock } from '../../../fakes/manual-clock.ts';

const MINUTE_MS = 60_000;

test('a schedule acts each time that its period has passed, until it is stopped', async () => {
  const clock = createManualClock();
  const start = clock.now();
  const acts: number[] = [];
  const schedule = runSchedule(MINUTE_MS, clock, () => acts.push(clock.now() - start));
  await clock.advance(MINUTE_MS - 1);
  expect(acts).toEqual([]);
  await clock.advance(2 * MINUTE_MS);
  expect(acts).toEqual([MINUTE_MS, 2 * MINUTE_MS]);
  schedule.stop();
  await schedule.settled();
  await clock.advance(5 * MINUTE_MS);
  expect(acts).toHaveLength(2);
});

test('a schedule leaves out the times that passed while the machine slept', async () => {
  const clock = createManualClock();
  const start = clock.now();
  const acts: number[] = [];
  let asleepMs = 0;
  const sleepy = {
    now: () => clock.now() + asleepMs,
    sleep: (ms: number, signal: AbortSignal) => clock.sleep(ms, signal),
  };
  const schedule = runSchedule(MINUTE_MS, sleepy, () => acts.push(sleepy.now() - start));
  asleepMs = 3.5 * MINUTE_MS;
  await clock.advance(MINUTE_MS);
  await clock.advance(MINUTE_MS);
  schedule.stop();
  await schedule.settled();
  expect(acts).toEqual([4.5 * MINUTE_MS, 5 * MINUTE_MS]);
});
