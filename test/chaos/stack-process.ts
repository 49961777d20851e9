import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { localStackCommand, startLocalStack } from '../acceptance/local-stack.ts';

/** `npm start`, as a process that may be killed, and so may its functions' processes. */
export interface StackProcess {
  /** `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  /** Milliseconds since 1970; the clock's minutes count from about then. */
  readonly readyAt: number;
  /** Endpoint and name of a service's first resource whose name contains `part`, as it was printed. */
  announced(service: string, part: string): { readonly endpoint: string; readonly name: string };
  /** Pids of the processes that run functions, of one function or of all. */
  functionPids(functionName?: string): readonly number[];
  /**
   * SIGKILL; resolves when it is gone, and the processes of its functions with it.
   * @throws Error when some of these outlive it by more than 15 s; they are killed then.
   */
  kill(): Promise<void>;
}

/** The functions' processes follow theirs within milliseconds, on a machine that is not starved. */
const GONE_WITHIN_MS = 15_000;
const LOOK_PAUSE_MS = 20;

/** Starts the stack on a data directory, with the actions of the acceptance suite; it is killed when `signal` aborts. */
export async function startStackProcess(dataDirectory: string, signal: AbortSignal): Promise<StackProcess> {
  const command = localStackCommand('--data', dataDirectory);
  const stack = await startLocalStack(command, { signal });
  const announcements = stack.announcement.split('\n').map((line) => line.split(' '));
  return {
    url: stack.url,
    readyAt: Date.now(),
    announced(service, part) {
      const [, endpoint = '', name = ''] =
        announcements.find(([kind, , resource]) => kind === service && resource?.includes(part)) ?? [];
      return { endpoint, name };
    },
    functionPids: (functionName = '') => functionPids(stack.pid, functionName),
    async kill() {
      const pids = functionPids(stack.pid, '');
      await stack.kill();
      await seeGone(pids);
    },
  };
}

function functionPids(parent: number, functionName: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ');
        if (Number(after.split(' ')[1]) !== parent) return false;
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(
          `AWS_LAMBDA_FUNCTION_NAME=TaskSystem-Tasks${functionName}`,
        );
      } catch {
        return false;
      }
    });
}

async function seeGone(pids: readonly number[]): Promise<void> {
  const until = Date.now() + GONE_WITHIN_MS;
  for (;;) {
    const left = pids.filter((pid) => existsSync(`/proc/${pid}`));
    if (left.length === 0) return;
    if (Date.now() > until) {
      for (const pid of left) process.kill(pid, 'SIGKILL');
      throw new Error(`Processes of functions outlived the stack that was killed: ${left.join(', ')}.`);
    }
    await pause(LOOK_PAUSE_MS);
  }
}
