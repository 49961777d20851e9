import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { lockDirectory } from '../../../infra/local/directory-lock.ts';
import { listenOnLoopback } from '../../../infra/local/listen-on-loopback.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const START = path.resolve(import.meta.dirname, '../../../infra/local/start.ts');

const ACTIONS = path.resolve(import.meta.dirname, '../../acceptance/registry.ts');

interface Ended {
  readonly exitCode: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function spawnStart(options: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, [START, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Runs the start command until it ends by itself. */
async function runStart(...options: string[]): Promise<Ended> {
  const child = spawnStart(options);
  const [[exitCode], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exitCode, stdout, stderr };
}

/** Reads the output up to a line. */
async function lineOf(stdout: Readable, beginning: string): Promise<void> {
  for await (const line of createInterface({ input: stdout })) if (line.startsWith(beginning)) return;
  throw new Error(`The output ended without a line that begins with ${beginning}.`);
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

test('a data directory that is a file is one sentence, exit code 1', async () => {
  const file = path.join(temporaryDirectory(), 'data');
  writeFileSync(file, '');
  const ended = await runStart('--port', '0', '--data', file);
  expect(ended).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^The data directory \S+data cannot be used \([^\n]+\): delete it, name another one with --data, or start with --memory\.\n$/,
    ),
  });
});

test('a signal that comes twice, as from npm, stops it clean, and its processes and lock are gone', async () => {
  const dataDirectory = temporaryDirectory();
  const child = spawnStart(['--port', '0', '--data', dataDirectory, '--actions', ACTIONS]);
  const stderr = text(child.stderr);
  await lineOf(child.stdout, 'ready ');
  child.stdout.resume();
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await pause(5);
  child.kill('SIGINT');
  expect(await exited).toEqual([0, null]);
  expect(await stderr).toBe('');
  expect(existsSync(path.join(dataDirectory, 'lock'))).toBe(false);
});

test('an output that nobody reads any more stops it clean', async () => {
  const dataDirectory = temporaryDirectory();
  const child = spawnStart(['--port', '0', '--data', dataDirectory, '--actions', ACTIONS]);
  const stderr = text(child.stderr);
  await lineOf(child.stdout, 'bundling');
  const exited = once(child, 'exit');
  child.stdout.destroy();
  expect(await exited).toEqual([0, null]);
  expect(await stderr).toBe('');
  expect(existsSync(path.join(dataDirectory, 'lock'))).toBe(false);
});
