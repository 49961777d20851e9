import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isRunning } from './is-running.ts';

/** A directory that belongs to this process. */
export interface DirectoryLock {
  release(): void;
}

/** A directory belongs to another process; the message names both, and the cure. */
export class DirectoryInUseError extends Error {
  override readonly name = 'DirectoryInUseError';
}

/**
 * Takes a directory for this process, by a file `lock` in it that names the process; the directory is made when it is missing. The lock
 * of a process that is gone, even by `kill -9`, is taken over; on Linux a process that merely got the same id does not count.
 *
 * @throws DirectoryInUseError when another process, or this one, holds it; what the system says when it is no directory, or not writable.
 */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, 'lock');
  const mine = `${process.pid} ${startTime(process.pid)}\n`;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, mine);
  try {
    while (!linked(draft, file)) {
      const holder = read(file);
      if (holder === undefined) continue;
      const [pid, start] = holder.trim().split(' ');
      if (isAlive(Number(pid), start ?? '')) {
        throw new DirectoryInUseError(
          `${directory} is in use by the process ${pid}: stop it, or name another directory with --data, or use --memory.`,
        );
      }
      removeStale(file, holder);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    release() {
      if (read(file) === mine) rmSync(file, { force: true });
    },
  };
}

/** Linking fails when the lock exists, and shows it only with its content. */
function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the stale lock aside before it is removed; when that was somebody's fresh one after all, puts it back. */
function removeStale(file: string, holder: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    // Another process was faster.
    return;
  }
  if (read(aside) !== holder) linked(aside, file);
  rmSync(aside, { force: true });
}

function isAlive(pid: number, start: string): boolean {
  return isRunning(pid) && startTime(pid) === start;
}

/** When the process started, in clock ticks since boot; `-` where the system does not tell. */
function startTime(pid: number): string {
  // The second field is the program's name in parentheses, which may hold blanks; the start is the 22nd.
  const fields = read(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ');
  return fields?.[19] ?? '-';
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
