/** Something that goes on until it is told to stop. */
export interface BackgroundWork {
  /** Begins nothing further. Call it before the functions are closed. */
  stop(): void;
  /** Resolves when everything that was begun has ended. Call it after the functions are closed. */
  settled(): Promise<void>;
}

/** Several as one. */
export function together(works: readonly BackgroundWork[]): BackgroundWork {
  return {
    stop() {
      for (const work of works) work.stop();
    },
    async settled() {
      await Promise.all(works.map((work) => work.settled()));
    },
  };
}
