import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const KIB = 1024;
const hasProc = existsSync('/proc/self/status');

/** Bytes of memory that a process holds, Buffers included, which V8's own limit ignores. Nothing once the process is gone. */
export async function residentMemory(pid: number): Promise<number | undefined> {
  try {
    const kib = hasProc ? await fromProc(pid) : await fromPs(pid);
    return kib === undefined ? undefined : Number(kib) * KIB;
  } catch {
    return undefined;
  }
}

async function fromProc(pid: number): Promise<string | undefined> {
  return /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
}

async function fromPs(pid: number): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return /\d+/.exec(stdout)?.[0];
}
