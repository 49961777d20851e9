import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A stack in a process of its own. */
export interface LocalStack {
  readonly url: string;
  readonly pid: number;
  /** What it had printed when it was ready, from its endpoints on. */
  readonly announcement: string;
  /**
   * Asks it to stop, as Ctrl-C does, and waits for its end.
   * @throws Error when it has to be killed, since then Ctrl-C would not have stopped it either.
   */
  stop(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** How to start a stack. */
export interface LocalStackStart {
  /** Milliseconds; 60 s by default. */
  readonly readyWithinMs?: number;
  /** Kills the stack at once, ready or not, when it aborts. */
  readonly signal?: AbortSignal;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const READY = /^ready (http:\/\/127\.0\.0\.1:\d+\/v1)\s*$/m;
/** Bundling and synthesizing take 10 to 20 s on two busy cores. */
const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 15_000;
/** How much of the end of its output an error shows. */
const SHOWN_OUTPUT_LENGTH = 8000;

/** What the local stack is started with: on a free port, with the suite's own actions, its data kept as the options `storage` say. */
export function localStackCommand(...storage: readonly string[]): readonly string[] {
  const actions = fileURLToPath(new URL('registry.ts', import.meta.url));
  return ['infra/local/start.ts', '--port', '0', '--actions', actions, ...storage];
}

/**
 * Starts Node with `command` in the repository's root, and waits for its line `ready http://127.0.0.1:PORT/v1`.
 * @throws Error with the end of its output when it exits first, or is not ready in time; then nothing is left running.
 */
export async function startLocalStack(
  command: readonly string[],
  { readyWithinMs = READY_WITHIN_MS, signal }: LocalStackStart = {},
): Promise<LocalStack> {
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
    ...(signal !== undefined && { signal }),
  });
  const ready = Promise.withResolvers<string>();
  let output = '';
  const collect = (chunk: string): void => {
    output = (output + chunk).slice(-SHOWN_OUTPUT_LENGTH);
    const url = READY.exec(output)?.[1];
    if (url !== undefined) ready.resolve(url);
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  const fail = (what: string): void => {
    ready.reject(new Error(`The local stack ${what}. Its output ends with:\n${output}`));
  };
  // Also when the signal aborts.
  child.once('error', (error) => fail(`did not start: ${error.message}`));
  // Not `exit`: only `close` comes after the last of the output.
  child.once('close', (code, killedBy) =>
    fail(`ended with ${killedBy ?? `exit code ${code}`} before it was ready`),
  );
  const timer = setTimeout(() => fail(`was not ready within ${readyWithinMs / 1000} s`), readyWithinMs);
  try {
    const url = await ready.promise;
    return {
      url,
      pid: child.pid ?? 0,
      announcement: output,
      stop: () => stop(child),
      kill: () => kill(child),
    };
  } catch (error) {
    await kill(child);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  child.kill('SIGINT');
  const timeout = AbortSignal.timeout(STOPPED_WITHIN_MS);
  try {
    await once(child, 'exit', { signal: timeout });
  } catch (error) {
    if (!timeout.aborted) throw error;
    await kill(child);
    throw new Error(
      `The local stack (pid ${child.pid}) did not end within ${STOPPED_WITHIN_MS / 1000} s of SIGINT, and was killed.`,
      { cause: error },
    );
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
