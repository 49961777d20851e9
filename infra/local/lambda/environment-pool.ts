import type { ExecutionEnvironment } from './execution-environment.ts';

/** The environments of one function. */
export interface EnvironmentPool {
  /** An environment for one invocation, started if need be; nothing once the pool is closed. Put it back afterwards. */
  take(): Promise<ExecutionEnvironment | undefined>;
  putBack(environment: ExecutionEnvironment): void;
  /** Starts one in the background, if none is idle. */
  warm(): void;
  /** Gives out none any more: those that are idle are killed now, those in use when they are put back. */
  retire(): void;
  /** Kills all of them, those in use too. */
  close(): Promise<void>;
}

/** An environment beyond the first is given up after so long without work. */
const IDLE_MS = 60_000;
/** Two cores start about four processes side by side well. */
const STARTED_AT_ONCE = 4;
/**
 * Beyond {@link STARTED_AT_ONCE} environments, one more is started each time this has passed with invocations waiting, about as long as a
 * start takes, and the ones before have started. So many short invocations share few processes, long ones do not hold each other up for
 * long, and thirty at once do not start thirty processes that starve everything else on the machine, however busy it is.
 */
const GROWTH_MS = 250;

/** A pool without environments; `start` makes them. */
export function createEnvironmentPool(start: () => ExecutionEnvironment): EnvironmentPool {
  const environments = new Set<ExecutionEnvironment>();
  /** The one used last comes first, so that those that are not needed grow old. */
  const idle: { environment: ExecutionEnvironment; timer: NodeJS.Timeout }[] = [];
  /** Each takes over the environment that is put back. */
  const waiting = new Set<(environment: ExecutionEnvironment | undefined) => void>();
  let closed = false;

  const startOne = (): ExecutionEnvironment => {
    const environment = start();
    environments.add(environment);
    return environment;
  };
  const giveUp = async (environment: ExecutionEnvironment): Promise<void> => {
    await environment.close();
    environments.delete(environment);
  };
  const takeIdle = (): ExecutionEnvironment | undefined => {
    for (let entry = idle.pop(); entry !== undefined; entry = idle.pop()) {
      clearTimeout(entry.timer);
      if (entry.environment.alive) return entry.environment;
      void giveUp(entry.environment);
    }
    return undefined;
  };
  let growing: NodeJS.Timeout | undefined;
  const grow = (): void => {
    const [takeOver] = waiting;
    if (![...environments].some(({ starting }) => starting)) takeOver?.(undefined);
    growing = waiting.size === 0 ? undefined : setTimeout(grow, GROWTH_MS);
  };
  const waitForOne = (): Promise<ExecutionEnvironment | undefined> =>
    new Promise((resolve) => {
      const takeOver = (environment: ExecutionEnvironment | undefined): void => {
        waiting.delete(takeOver);
        resolve(environment);
      };
      waiting.add(takeOver);
      growing ??= setTimeout(grow, GROWTH_MS);
    });
  const putBack = (environment: ExecutionEnvironment): void => {
    if (!environment.alive || closed) {
      void giveUp(environment);
      return;
    }
    const [takeOver] = waiting;
    if (takeOver !== undefined) {
      takeOver(environment);
      return;
    }
    const timer = setTimeout(() => {
      const index = idle.findIndex((entry) => entry.environment === environment);
      if (index === -1 || idle.length === 1) return;
      idle.splice(index, 1);
      void giveUp(environment);
    }, IDLE_MS);
    timer.unref();
    idle.push({ environment, timer });
  };

  const retire = (): void => {
    closed = true;
    clearTimeout(growing);
    for (const { environment, timer } of idle.splice(0)) {
      clearTimeout(timer);
      void giveUp(environment);
    }
    for (const takeOver of waiting) takeOver(undefined);
  };

  return {
    async take() {
      const found = takeIdle() ?? (environments.size < STARTED_AT_ONCE ? undefined : await waitForOne());
      if (closed) return undefined;
      return found ?? startOne();
    },
    putBack,
    warm() {
      if (idle.length === 0 && !closed) putBack(startOne());
    },
    retire,
    async close() {
      retire();
      await Promise.all([...environments].map(giveUp));
    },
  };
}
