/** A fixed number of places for work; who comes while all are taken waits, first come first served. */
export interface Slots {
  /** Waits for a place; call what it returns, once, to leave it. */
  take(): Promise<() => void>;
  /** Resolves when a place is free, without taking it, or when the signal aborts. */
  whenFree(signal: AbortSignal): Promise<void>;
  /** Resolves when every place is free. */
  whenAllFree(): Promise<void>;
}

/** `count` places, all free. */
export function createSlots(count: number): Slots {
  let taken = 0;
  const waiting: (() => void)[] = [];
  let watchers: (() => void)[] = [];

  const isFull = (): boolean => taken >= count;
  const isUsed = (): boolean => taken > 0;
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
    const called = watchers;
    watchers = [];
    for (const watcher of called) watcher();
  };

  return {
    async take() {
      if (taken < count) taken += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return leave;
    },
    async whenFree(signal) {
      while (isFull() && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            signal.removeEventListener('abort', wake);
            resolve();
          };
          signal.addEventListener('abort', wake);
          watchers.push(wake);
        });
      }
    },
    async whenAllFree() {
      while (isUsed()) await new Promise<void>((resolve) => watchers.push(resolve));
    },
  };
}
