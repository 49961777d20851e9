import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const MAIN = join(import.meta.dirname, '../../../../shared/client/command-line/main.ts');

/** How a command ended. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What a command gets beside its arguments. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Called once the process is there. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs `task-system` in a process of its own, whose environment has only what is given. */
export async function runCommand(args: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  return collect(process.execPath, [MAIN, ...args], surroundings);
}

/** The same on a pseudo terminal of `columns`, which mixes standard output and error. */
export async function runOnTerminal(
  args: readonly string[],
  columns: number,
  { env, ...others }: Surroundings,
): Promise<Outcome> {
  const command = [process.execPath, MAIN, ...args].map((part) => `'${part}'`).join(' ');
  const script = `stty cols ${columns}; exec ${command}`;
  const path = { PATH: String(process.env['PATH']), TERM: 'xterm-256color', SHELL: '/bin/sh' };
  return collect('script', ['-qec', script, '/dev/null'], { env: { ...path, ...env }, ...others });
}

async function collect(
  file: string,
  args: readonly string[],
  { env = {}, input = '', onStart }: Surroundings,
): Promise<Outcome> {
  const child = spawn(file, args, { env });
  onStart?.(child);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  const [out, err] = await Promise.all([
    text(child.stdout).catch(() => 'nobody read it'),
    text(child.stderr),
  ]);
  return { code: await ended, out, err };
}
