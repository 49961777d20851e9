import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockDirectory } from '../../../infra/local/directory-lock.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** An id that belonged to a process, and belongs to none now. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

test('a directory is made, locked, and free again after its release', () => {
  const directory = path.join(temporaryDirectory(), 'new');
  const lock = lockDirectory(directory);
  expect(() => lockDirectory(directory)).toThrow(
    `${directory} is in use by the process ${process.pid}: stop it`,
  );
  lock.release();
  lockDirectory(directory).release();
  expect(existsSync(path.join(directory, 'lock'))).toBe(false);
});

test.each([
  ['a dead process', () => `${deadPid()} 1\n`],
  ['an earlier process with the id of a living one', () => `${process.ppid} 1\n`],
  ['nobody, as it is empty', () => ''],
  ['nobody, as it is damaged', () => 'x y z'],
])('the lock of %s is taken over', (_, content) => {
  const directory = temporaryDirectory();
  writeFileSync(path.join(directory, 'lock'), content());
  const lock = lockDirectory(directory);
  onTestFinished(() => lock.release());
  expect(() => lockDirectory(directory)).toThrow(`the process ${process.pid}`);
});

test('a release leaves the lock of another process alone', () => {
  const directory = temporaryDirectory();
  const lock = lockDirectory(directory);
  writeFileSync(path.join(directory, 'lock'), `${deadPid()} 1\n`);
  lock.release();
  expect(existsSync(path.join(directory, 'lock'))).toBe(true);
});
