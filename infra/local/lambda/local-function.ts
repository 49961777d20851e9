import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { FunctionDefinition } from '../assembly/read-function.ts';
import type { ServiceUrls } from './environment-variables.ts';
import { startExecutionEnvironment, type ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionLog } from './function-log.ts';
import { functionError, type InvocationOutcome } from './invocation-outcome.ts';
import { createSlots } from './slots.ts';

/** A function that can be invoked. */
export interface LocalFunction {
  readonly definition: FunctionDefinition;
  /** Invokes it with a JSON-able event; waits while all environments are busy. Never rejects. */
  invoke(event: unknown): Promise<InvocationOutcome>;
  /** Resolves when an invocation could start without waiting, or the signal aborts. */
  whenFree(signal: AbortSignal): Promise<void>;
  /** Starts one environment in the background, so that the first invocation finds it. */
  warm(): void;
  /** Refuses further invocations, lets those that are on their way end within `graceMs`, then kills what is left. */
  close(graceMs: number): Promise<void>;
}

/** An environment beyond the first is given up after so long without work. */
const IDLE_MS = 60_000;

/** A function whose environments are started as they are needed. */
export function createLocalFunction(
  definition: FunctionDefinition,
  services: ServiceUrls,
  log: FunctionLog,
): LocalFunction {
  const slots = createSlots(definition.maxEnvironments);
  const environments = new Set<ExecutionEnvironment>();
  /** The one used last comes first, so that those that are not needed grow old. */
  const idle: { environment: ExecutionEnvironment; timer: NodeJS.Timeout }[] = [];
  /** No further invocation is taken; those that were may still end. */
  const closing = new AbortController();
  const killing = new AbortController();

  const start = (): ExecutionEnvironment => {
    const environment = startExecutionEnvironment(definition, services, log);
    environments.add(environment);
    return environment;
  };
  const giveUp = async (environment: ExecutionEnvironment): Promise<void> => {
    await environment.close();
    environments.delete(environment);
  };
  const takeEnvironment = (): ExecutionEnvironment => {
    for (let entry = idle.pop(); entry !== undefined; entry = idle.pop()) {
      clearTimeout(entry.timer);
      if (entry.environment.alive) return entry.environment;
      void giveUp(entry.environment);
    }
    return start();
  };
  const putBack = (environment: ExecutionEnvironment): void => {
    if (!environment.alive || killing.signal.aborted) {
      void giveUp(environment);
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
    definition,
    async invoke(event) {
      if (closing.signal.aborted) return stopping();
      const requestId = randomUUID();
      const json = JSON.stringify(event);
      const release = await slots.take();
      try {
        while (!killing.signal.aborted) {
          const environment = takeEnvironment();
          const outcome = await environment.invoke(requestId, json);
          putBack(environment);
          if (outcome !== undefined) return outcome;
        }
        return stopping();
      } finally {
        release();
      }
    },
    whenFree: (signal) => slots.whenFree(signal),
    warm() {
      if (idle.length === 0 && !closing.signal.aborted) putBack(start());
    },
    async close(graceMs) {
      closing.abort();
      const over = new AbortController();
      await Promise.race([slots.whenAllFree(), pause(graceMs, undefined, { signal: over.signal })]);
      over.abort();
      killing.abort();
      for (const { timer } of idle) clearTimeout(timer);
      await Promise.all([...environments].map(giveUp));
    },
  };
}

function stopping(): InvocationOutcome {
  return functionError('ServiceException', 'The local stack is stopping.');
}
