import type { BackgroundWork } from '../background-work.ts';
import type { Clock } from '../clock.ts';

/** Calls `act` each time that a period has passed, until it is stopped. Times that were missed while the machine slept are left out. */
export function runSchedule(everyMs: number, clock: Clock, act: () => void): BackgroundWork {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async (): Promise<void> => {
    let dueMs = clock.now() + everyMs;
    for (;;) {
      while (clock.now() < dueMs && !signal.aborted) await clock.sleep(dueMs - clock.now(), signal);
      if (signal.aborted) return;
      act();
      dueMs += everyMs * Math.max(1, Math.ceil((clock.now() - dueMs) / everyMs));
    }
  };
  const looping = loop();
  return { stop: () => stopping.abort(), settled: () => looping };
}
