import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { defineAction } from '../../shared/task/action.ts';

/** The longest sleep, in seconds: with the margin below it fits a worker of 300 s, which keeps 5 s for itself. */
const MAX_SLEEP_SECONDS = 240;
/** What an attempt may take beyond its sleep: timers of a busy process fire late. */
const MARGIN_MS = 10_000;
const PROGRESS_EVERY_MS = 1000;

/**
 * Sleeps for `seconds`, whole or fractional, from 0 to 240, and returns them: for demonstrations, and to try waits and
 * deadlines. Never sleeps shorter; notes its progress each second. An aborted sleep ends at once by throwing the signal's reason.
 */
export const sleep = defineAction({
  name: 'sleep',
  input: v.pipe(
    v.strictObject({ seconds: v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_SLEEP_SECONDS)) }),
    v.examples([{ seconds: 1.5 }]),
  ),
  timeoutMs: MAX_SLEEP_SECONDS * 1000 + MARGIN_MS,
  async run({ seconds }, context) {
    const wholeMs = seconds * 1000;
    const startMs = performance.now();
    for (let sleptMs = 0; sleptMs < wholeMs; sleptMs = performance.now() - startMs) {
      // Rounded up: a timer drops the fraction, and the last pause would then repeat as one of 0 ms.
      await pauseUnlessAborted(Math.ceil(Math.min(wholeMs - sleptMs, PROGRESS_EVERY_MS)), context.signal);
      context.progress(Math.min(100, ((performance.now() - startMs) / wholeMs) * 100));
    }
    return { seconds };
  },
});

async function pauseUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
  } catch (error) {
    // The timer rejects with an AbortError of its own, which hides why the attempt must stop.
    signal.throwIfAborted();
    throw error;
  }
}
