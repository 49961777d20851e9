/** On a busy machine fewer runs must do. */
const RUNS_MS = 5000;
/** A failure is made smaller within this time, so that its test ends by itself and tells it. */
const SHRINKING_MS = 25_000;

/**
 * `run`, for a property of fast-check, which is no longer run when the time for all runs is over. Unlike with fast-check's own limits, a run that
 * hangs does not pass.
 */
export function withinTime<Args extends unknown[]>(
  run: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  let until = Date.now() + RUNS_MS;
  let hasFailed = false;
  return async (...args) => {
    if (Date.now() >= until) return;
    try {
      await run(...args);
    } catch (error) {
      if (!hasFailed) until = Date.now() + SHRINKING_MS;
      hasFailed = true;
      throw error;
    }
  };
}
