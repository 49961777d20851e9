/** A fixed number of places for work; who comes while all are taken waits, first come first served. */
export interface Slots {
  /**
   * Waits for a place; call what it returns, once, to leave it.
   *
   * @throws Error when the signal aborts before there is a place: nothing is taken then.
   */
  take(signal?: AbortSignal): Promise<() => void>;
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
  const turn = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(new Error('The wait for a place was given up.'));
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      waiting.push(enter);
    });

  return {
    async take(signal) {
      signal?.throwIfAborted();
      if (isFull()) await turn(signal);
      else taken += 1;
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
