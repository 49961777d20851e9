import { setTimeout as pause } from 'node:timers/promises';

/** The time that a stream's reader lives by. */
export interface StreamClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves when the time has passed, or the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/** The time of this machine. */
export const systemClock: StreamClock = {
  now: () => Date.now(),
  async pause(ms, signal) {
    await pause(ms, undefined, { signal }).catch(() => {});
  },
};
