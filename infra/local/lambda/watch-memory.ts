import { execFile, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const KIB = 1024;
const MIB = 1024 * KIB;
const hasProc = existsSync('/proc/self/status');
/** Where there is no /proc, every look starts a process. */
const PERIOD_MS = hasProc ? 200 : 1000;
/** What Node 24 takes to read the runtime's TypeScript (18 MB, measured), which Lambda's own runtime does not need. */
const OVERHEAD_BYTES = 20 * MIB;

/**
 * Looks again and again whether the process holds more than the function's memory size, Buffers included, which V8's own limit
 * ignores; says so once, with the bytes that are the function's. Returns what ends the watch.
 */
export function watchMemory(
  child: ChildProcess,
  memoryMb: number,
  onExceeded: (bytes: number) => void,
): () => void {
  const { pid } = child;
  if (pid === undefined) return () => {};
  let isOver = false;
  const look = async (): Promise<void> => {
    const bytes = ((await residentMemory(pid)) ?? 0) - OVERHEAD_BYTES;
    if (isOver) return;
    if (bytes > memoryMb * MIB) onExceeded(bytes);
    else timer = setTimeout(() => void look(), PERIOD_MS);
  };
  let timer = setTimeout(() => void look(), PERIOD_MS);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** Bytes of memory that a process holds; nothing once it is gone. */
async function residentMemory(pid: number): Promise<number | undefined> {
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
