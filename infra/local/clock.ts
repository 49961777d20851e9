import { setTimeout as pause } from 'node:timers/promises';

/** Time, for what waits for minutes or days, so that a test need not. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms` milliseconds, which may be infinite, or as soon as the signal aborts; it never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The longest timer that Node keeps, 24 days; it fires at once for a longer one. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. A sleep ends after 24 days at the latest. */
export const machineClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    await pause(Math.min(ms, MAX_TIMER_MS), undefined, { signal }).catch(() => {});
  },
};
