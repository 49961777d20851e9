import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { lockDirectory } from '../../../infra/local/directory-lock.ts';
import { listenOnLoopback } from '../../../infra/local/listen-on-loopback.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const START = path.resolve(import.meta.dirname, '../../../infra/local/start.ts');

interface Ended {
  readonly exitCode: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the start command until it ends by itself. */
async function runStart(...options: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [START, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [[exitCode], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exitCode, stdout, stderr };
}

test('--help prints the usage', async () => {
  const { exitCode, stdout } = await runStart('--help');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Usage: npm start -- \[options]\n/);
});

test('an unknown option is one sentence and the usage, exit code 2', async () => {
  const { exitCode, stderr } = await runStart('--prot', '1');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^Unknown option '--prot'[^\n]*\nUsage: npm start/);
});

test('a taken port is one sentence, exit code 1, before anything is synthesized', async () => {
  const server = createServer();
  const port = await listenOnLoopback(server, 0);
  onTestFinished(() => void server.close());
  const dataDirectory = temporaryDirectory();
  const ended = await runStart('--port', String(port), '--data', dataDirectory);
  expect(ended).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is taken: [^\\n]+\\n$`)),
  });
  expect(existsSync(path.join(dataDirectory, 'lock'))).toBe(false);
});

test('a second instance on the same data directory is one sentence, exit code 1', async () => {
  const dataDirectory = temporaryDirectory();
  const lock = lockDirectory(dataDirectory);
  onTestFinished(() => lock.release());
  const ended = await runStart('--port', '0', '--data', dataDirectory);
  expect(ended).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `${dataDirectory} is in use by the process ${process.pid}: stop it, or name another directory with --data, or use --memory.\n`,
  });
});

test('a broken action file is one sentence, exit code 1, and the data directory is free again', async () => {
  const directory = temporaryDirectory();
  const actions = path.join(directory, 'registry.ts');
  writeFileSync(actions, "export const actions = ['no action'];\n");
  const dataDirectory = path.join(directory, 'data');
  const { exitCode, stderr } = await runStart('--port', '0', '--data', dataDirectory, '--actions', actions);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^[^\n]*registry\.ts[^\n]+\n$/);
  expect(existsSync(path.join(dataDirectory, 'lock'))).toBe(false);
});
