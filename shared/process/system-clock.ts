import type { Clock } from '../task/clock.ts';

/** The longest timer that Node keeps; it fires at once for a longer one. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. A sleep of more than 24 days ends after 24 days; an infinite one ends by its signal only, and keeps no process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => pass(ms, signal, true),
  idle: (ms, signal) => pass(ms, signal, false),
};

function pass(ms: number, signal: AbortSignal | undefined, keepsAlive: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const timer = Number.isFinite(ms) ? setTimeout(wake, Math.min(Math.max(0, ms), MAX_TIMER_MS)) : undefined;
    if (!keepsAlive) timer?.unref();
    signal?.addEventListener('abort', wake, { once: true });
    function wake(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    }
  });
}
