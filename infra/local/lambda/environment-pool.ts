import type { ExecutionEnvironment } from './execution-environment.ts';

/** The environments of one function. */
export interface EnvironmentPool {
  /** An environment for one invocation, started if need be; nothing once the pool is closed. Put it back afterwards. */
  take(): Promise<ExecutionEnvironment | undefined>;
  putBack(environment: ExecutionEnvironment): void;
  /** Starts one in the background, if none is idle. */
  warm(): void;
  /** Kills all of them, those in use too. */
  close(): Promise<void>;
}

/** An environment beyond the first is given up after so long without work. */
const IDLE_MS = 60_000;
/** Two cores start about four processes side by side well. */
const STARTED_AT_ONCE = 4;
/**
 * So long an invocation waits for one of {@link STARTED_AT_ONCE} environments before it gets one of its own: about as long as a start
 * takes, so that many short invocations share few processes, while long ones do not hold each other up.
 */
const PATIENCE_MS = 100;

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
  const waitForOne = (): Promise<ExecutionEnvironment | undefined> =>
    new Promise((resolve) => {
      const takeOver = (environment: ExecutionEnvironment | undefined): void => {
        clearTimeout(timer);
        waiting.delete(takeOver);
        resolve(environment);
      };
      const timer = setTimeout(takeOver, PATIENCE_MS, undefined);
      waiting.add(takeOver);
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
    async close() {
      closed = true;
      for (const { timer } of idle) clearTimeout(timer);
      for (const takeOver of waiting) takeOver(undefined);
      await Promise.all([...environments].map(giveUp));
    },
  };
}
