import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FunctionDefinition } from '../assembly/read-function.ts';
import { environmentVariables, type ServiceUrls } from './environment-variables.ts';
import type { FunctionLog } from './function-log.ts';
import { functionError, type FunctionError, type InvocationOutcome } from './invocation-outcome.ts';
import { tieLives } from './tie-lives.ts';
import { watchMemory } from './watch-memory.ts';
import { startRuntimeApi, type RuntimeApi } from './runtime-api.ts';

/** One process that runs a function's invocations, one at a time, and keeps its state between them. */
export interface ExecutionEnvironment {
  /** Whether it can take another invocation. */
  readonly alive: boolean;
  /** Whether it is still initializing. */
  readonly starting: boolean;
  /** Hands over one event (JSON); nothing when the process had ended before it could: ask another environment. */
  invoke(requestId: string, event: string): Promise<InvocationOutcome | undefined>;
  /** Kills the process, at once, and waits until it is gone. */
  close(): Promise<void>;
}

/** Lambda grants 10 s, on a core of its own; a laptop that starts everything at once may need more. */
const INIT_TIMEOUT_MS = 30_000;
/** V8's heap within the memory size, as Lambda sets it. */
const HEAP_SHARE = 0.9;
/** How long output may take to arrive after the process is gone: something it started may hold its pipes. */
const OUTPUT_GRACE_MS = 250;
const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.ts', import.meta.url));

/** Starts a process for the function. It initializes in the background; the first invocation waits for that. */
export function startExecutionEnvironment(
  definition: FunctionDefinition,
  services: ServiceUrls,
  log: FunctionLog,
): ExecutionEnvironment {
  let child: ChildProcess | undefined;
  let api: RuntimeApi | undefined;
  let initialized = false;
  let current: { requestId: string; settle(outcome: InvocationOutcome): void } | undefined;
  /** Why the process was killed, or its initialization failed; known before its exit is. */
  let verdict: InvocationOutcome | undefined;
  let idle = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<InvocationOutcome>();
  let isGone = false;

  const settle = (outcome: InvocationOutcome): void => {
    current?.settle(outcome);
    current = undefined;
  };
  const bury = (outcome: InvocationOutcome): void => {
    isGone = true;
    api?.close();
    settle(outcome);
    gone.resolve(outcome);
  };
  const kill = (outcome: InvocationOutcome): void => {
    if (isGone) return;
    verdict ??= outcome;
    if (child?.pid === undefined) bury(outcome);
    else killGroup(child.pid);
  };
  const killFor = (reason: FunctionError): void => {
    log.note(reason.errorMessage);
    kill(reason);
  };

  const initTimer = setTimeout(() => {
    killFor(timedOut('Init', INIT_TIMEOUT_MS));
  }, INIT_TIMEOUT_MS);

  const boot = async (): Promise<void> => {
    api = await startRuntimeApi({
      idle() {
        initialized = true;
        clearTimeout(initTimer);
        idle.resolve();
      },
      ended(requestId, outcome) {
        if (current?.requestId === requestId) settle(outcome);
      },
      initFailed(outcome) {
        verdict ??= outcome;
      },
    });
    if (isGone) {
      api.close();
      return;
    }
    child = spawn(process.execPath, nodeArguments(definition), {
      cwd: definition.directory,
      // A group of its own: Ctrl-C at the terminal must not reach invocations, which get a moment to end.
      detached: true,
      env: environmentVariables(definition, api.address, services),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = child;
    if (started.stdout !== null) log.follow(started.stdout);
    if (started.stderr !== null) log.follow(started.stderr);
    const untie = started.pid === undefined ? undefined : tieLives(started.pid);
    const stopMemoryWatch = watchMemory(started, definition.memoryMb, (bytes) => {
      const megabytes = Math.round(bytes / 1024 / 1024);
      killFor(exited(`signal: killed (${megabytes} MB resident, of ${definition.memoryMb} MB)`));
    });
    // A process that could not be started has no pid and no exit.
    started.on('error', (error) => {
      if (started.pid === undefined) bury(exited(error.message));
    });
    started.on('exit', (code, signal) => {
      clearTimeout(initTimer);
      stopMemoryWatch();
      // What it started must not outlive it.
      if (started.pid !== undefined) killGroup(started.pid);
      untie?.();
      bury(verdict ?? exited(signal === null ? `exit status ${code}` : `signal: ${signal}`));
    });
  };
  boot().catch((error: unknown) => bury(exited(String(error))));

  return {
    get alive() {
      return !isGone && verdict === undefined;
    },
    get starting() {
      return !initialized && !isGone;
    },
    async invoke(requestId, event) {
      const early = await Promise.race([idle.promise, gone.promise]);
      if (early !== undefined) return initialized ? undefined : early;
      if (isGone) return undefined;
      idle = Promise.withResolvers<void>();
      const ended = Promise.withResolvers<InvocationOutcome>();
      current = { requestId, settle: ended.resolve };
      const timer = setTimeout(() => {
        killFor(timedOut(requestId, definition.timeoutMs));
      }, definition.timeoutMs);
      const deadlineMs = Date.now() + definition.timeoutMs;
      api?.deliver({ requestId, functionArn: definition.arn, deadlineMs, event });
      const outcome = await ended.promise;
      clearTimeout(timer);
      return outcome;
    },
    async close() {
      clearTimeout(initTimer);
      kill(exited('signal: killed'));
      await gone.promise;
      if (
        child !== undefined &&
        child.stdio.some((pipe) => pipe !== null && pipe !== undefined && !pipe.destroyed)
      ) {
        await Promise.race([once(child, 'close'), pause(OUTPUT_GRACE_MS)]);
      }
    },
  };
}

function nodeArguments(definition: FunctionDefinition): string[] {
  return [`--max-old-space-size=${Math.floor(definition.memoryMb * HEAP_SHARE)}`, BOOTSTRAP];
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

function exited(reason: string): FunctionError {
  return functionError('Runtime.ExitError', `Runtime exited with error: ${reason}`);
}

function timedOut(requestId: string, timeoutMs: number): FunctionError {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return functionError('Sandbox.Timedout', `${requestId} Error: Task timed out after ${seconds} seconds`);
}
