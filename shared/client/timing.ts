import type { Clock } from '../task/clock.ts';
import type { Random } from '../task/random.ts';

/** Time and chance of a client. */
export interface Timing {
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly random: Pick<Random, 'fraction'>;
}

/** Those of the machine. */
export const systemTiming: Timing = {
  clock: {
    now: () => Date.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const timer = setTimeout(wake, ms);
        signal?.addEventListener('abort', wake);
        function wake(): void {
          clearTimeout(timer);
          signal?.removeEventListener('abort', wake);
          resolve();
        }
      }),
  },
  random: { fraction: () => Math.random() },
};
