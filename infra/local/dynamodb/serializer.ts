/** Lets steps that share a key take place one after another, in the order they came; others are not held up. */
export interface Serializer {
  /** Settles as `step` does, after everything that was queued before it under any of the keys. */
  readonly inTurn: <T>(keys: readonly string[], step: () => Promise<T>) => Promise<T>;
}

/** A serializer without anything queued. */
export function createSerializer(): Serializer {
  const tails = new Map<string, Promise<void>>();
  return {
    inTurn: async (keys, step) => {
      const turn = Promise.withResolvers<void>();
      // All keys are taken in one tick, so two callers with several keys can never wait for each other.
      const earlier = keys.flatMap((key) => tails.get(key) ?? []);
      for (const key of keys) tails.set(key, turn.promise);
      try {
        await Promise.all(earlier);
        return await step();
      } finally {
        turn.resolve();
        for (const key of keys) if (tails.get(key) === turn.promise) tails.delete(key);
      }
    },
  };
}
