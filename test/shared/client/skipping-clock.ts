import type { TaskClientOptions } from '../../../shared/client/index.ts';

/** The limit of one answer; every pause of a client is shorter. */
const ANSWER_WITHIN_MS = 35_000;

/** Time and chance for a client: a pause is over at once, and moves the time on by itself. */
export interface SkippingTiming extends Required<Pick<TaskClientOptions, 'clock' | 'random'>> {
  /** The pauses so far, in milliseconds. */
  readonly pauses: number[];
  pass(ms: number): void;
  /** Ends the time for the answers that are awaited now. */
  expire(): void;
}

/** Makes one, whose chance is always `fraction`. */
export function createSkippingTiming(fraction = 1): SkippingTiming {
  let now = Date.UTC(2026, 0, 1);
  const pauses: number[] = [];
  const limits = new Set<() => void>();
  return {
    pauses,
    pass(ms) {
      now += ms;
    },
    expire() {
      for (const end of limits) end();
    },
    random: { fraction: () => fraction },
    clock: {
      now: () => now,
      async sleep(ms, signal) {
        if (ms >= ANSWER_WITHIN_MS) {
          return new Promise((resolve) => {
            limits.add(resolve);
            signal?.addEventListener('abort', () => resolve());
          });
        }
        if (signal?.aborted === true) return;
        pauses.push(ms);
        now += ms;
      },
    },
  };
}
