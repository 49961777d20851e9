import type { Clock } from '../../shared/task/clock.ts';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves the time on, waking each sleeper at its moment, in order. */
  advance(ms: number): Promise<void>;
  /** Moves the time on from one sleeper to the next until `work` settles; returns what it settles with. */
  advanceUntil<Value>(work: Promise<Value>): Promise<Value>;
  /** How many sleep now. */
  sleeping(): number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Makes a manual clock. Its time starts at a round moment in 2026. Before it moves on it awaits `settle`, in which everything must have gone
 * on that waits for no time.
 */
export function createManualClock(
  start = Date.UTC(2026, 0, 1),
  settle: () => Promise<void> = settleMicrotasks,
): ManualClock {
  let now = start;
  const sleepers = new Set<Sleeper>();

  function next(until: number): Sleeper | undefined {
    const [first] = [...sleepers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
    return first;
  }

  async function wakeNext(until: number): Promise<boolean> {
    await settle();
    const sleeper = next(until);
    if (sleeper === undefined) return false;
    now = Math.max(now, sleeper.at);
    sleeper.wake();
    return true;
  }

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const sleeper: Sleeper = {
        at: now + Math.max(0, ms),
        wake() {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake, { once: true });
    });
  }

  return {
    now: () => now,
    sleeping: () => sleepers.size,
    sleep,
    idle: sleep,
    async advance(ms) {
      const until = now + ms;
      while (await wakeNext(until));
      now = until;
      await settle();
    },
    async advanceUntil(work) {
      let settled = false;
      const watched = work.finally(() => {
        settled = true;
      });
      watched.catch(() => undefined);
      for (let idle = 0; idle < 100; idle += 1) {
        await settle();
        if (settled) return watched;
        if (await wakeNext(Number.MAX_SAFE_INTEGER)) idle = 0;
      }
      throw new Error('Nothing sleeps any more, and the work has not settled.');
    },
  };
}

/** Lets everything go on that waits for nothing but promises. */
function settleMicrotasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
