import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished, vi } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const ACTIONS = path.join(ROOT, 'test/acceptance/registry.ts');

/** `npm start`, as a process that a test may kill. */
export interface StackProcess {
  /** `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  /** Endpoint and name of a service's first resource whose name contains `part`, as it was printed. */
  announced(service: string, part: string): { readonly endpoint: string; readonly name: string };
  /** Pids of the processes that run functions, of one function or of all. */
  functionPids(functionName?: string): readonly number[];
  /** SIGKILL; settles when it is gone. */
  kill(): Promise<void>;
}

/** Starts the stack on a data directory, with the actions of the acceptance suite; it is killed when the test is over. */
export async function startStackProcess(dataDirectory: string): Promise<StackProcess> {
  const options = ['--port', '0', '--data', dataDirectory, '--actions', ACTIONS];
  const child = spawn(process.execPath, ['infra/local/start.ts', ...options], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const ready = () => {
    const line = lines.find((text) => text.startsWith('ready '));
    if (line === undefined) throw new Error(`The stack is not ready:\n${lines.join('\n')}`);
    return line.replace('ready ', '');
  };
  return {
    url: await vi.waitFor(ready, { timeout: 45_000, interval: 50 }),
    announced(service, part) {
      const found = lines
        .map((line) => line.split(' '))
        .find(([kind, , name]) => kind === service && name?.includes(part));
      const [, endpoint = '', name = ''] = found ?? [];
      return { endpoint, name };
    },
    functionPids: (functionName = '') => functionPids(child.pid ?? 0, functionName),
    async kill() {
      child.kill('SIGKILL');
      await exited;
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
