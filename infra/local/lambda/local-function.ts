import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FunctionDefinition } from '../assembly/read-function.ts';
import type { ServiceUrls } from './environment-variables.ts';
import { createEnvironmentPool, type EnvironmentPool } from './environment-pool.ts';
import { startExecutionEnvironment } from './execution-environment.ts';
import type { FunctionLog } from './function-log.ts';
import { functionError, type InvocationOutcome } from './invocation-outcome.ts';
import { createSlots } from './slots.ts';

/** A function that can be invoked. */
export interface LocalFunction {
  readonly definition: FunctionDefinition;
  /**
   * Invokes it with a JSON-able event; waits while all environments are busy. Never rejects. When the signal aborts before there is an
   * environment, nothing is invoked, and the outcome is an error; an invocation that has begun goes on, as in Lambda. Further tries of
   * the same event have the same request id.
   */
  invoke(event: unknown, signal?: AbortSignal, requestId?: string): Promise<InvocationOutcome>;
  /** Resolves when an invocation could start without waiting, or the signal aborts. */
  whenFree(signal: AbortSignal): Promise<void>;
  /** Starts one environment in the background, so that the first invocation finds it. */
  warm(): void;
  /**
   * Has further invocations run the code of another definition of this function; those on their way go on in the old one. Answers
   * whether the code is another one.
   */
  replaceCode(next: FunctionDefinition): boolean;
  /** Refuses further invocations, lets those that are on their way end within `graceMs`, then kills what is left. */
  close(graceMs: number): Promise<void>;
}

/** A function whose environments are started as they are needed. */
export function createLocalFunction(
  definition: FunctionDefinition,
  services: ServiceUrls,
  log: FunctionLog,
): LocalFunction {
  const slots = createSlots(definition.maxEnvironments);
  const openPool = (of: FunctionDefinition): EnvironmentPool =>
    createEnvironmentPool(() => startExecutionEnvironment(of, services, log));
  let code = path.basename(definition.directory);
  let pool = openPool(definition);
  /** Pools of earlier code, in which invocations may still be on their way. */
  const retired: EnvironmentPool[] = [];
  /** No further invocation is taken; those that were may still end. */
  const closing = new AbortController();

  const invokeInPlace = async (event: string, requestId: string): Promise<InvocationOutcome> => {
    for (;;) {
      const own = pool;
      const environment = await own.take();
      if (environment === undefined) {
        if (own !== pool) continue;
        return unavailable('The local stack is stopping.');
      }
      const outcome = await environment.invoke(requestId, event);
      own.putBack(environment);
      if (outcome !== undefined) return { ...outcome, requestId };
    }
  };

  return {
    definition,
    async invoke(event, signal, requestId = randomUUID()) {
      if (closing.signal.aborted) return unavailable('The local stack is stopping.');
      const json = JSON.stringify(event);
      let leave: () => void;
      try {
        leave = await slots.take(signal);
      } catch {
        return unavailable('Its caller went away before an environment was free.');
      }
      try {
        return await invokeInPlace(json, requestId);
      } finally {
        leave();
      }
    },
    whenFree: (signal) => slots.whenFree(signal),
    warm() {
      if (!closing.signal.aborted) pool.warm();
    },
    replaceCode(next) {
      // An asset's directory is named by the hash of its content.
      if (path.basename(next.directory) === code || closing.signal.aborted) return false;
      code = path.basename(next.directory);
      pool.retire();
      retired.push(pool);
      pool = openPool(next);
      pool.warm();
      return true;
    },
    async close(graceMs) {
      closing.abort();
      const over = new AbortController();
      await Promise.race([slots.whenAllFree(), pause(graceMs, undefined, { signal: over.signal })]);
      over.abort();
      await Promise.all([...retired, pool].map((each) => each.close()));
    },
  };
}

function unavailable(reason: string): InvocationOutcome {
  return functionError('ServiceException', reason);
}
