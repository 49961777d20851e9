import type { ChildProcess } from 'node:child_process';
import { residentMemory } from './resident-memory.ts';

const MIB = 1024 * 1024;
const PERIOD_MS = 200;
/** What Node 24 takes to read the runtime's TypeScript (18 MB, measured), which Lambda's own runtime does not need. */
const OVERHEAD_BYTES = 20 * MIB;

/**
 * Looks several times a second whether the process holds more than the function's memory size, and says so once, with the bytes that
 * are the function's. Returns what ends the watch.
 */
export function watchMemory(
  child: ChildProcess,
  memoryMb: number,
  onExceeded: (bytes: number) => void,
): () => void {
  const { pid } = child;
  if (pid === undefined) return () => {};
  const look = async (): Promise<void> => {
    const bytes = ((await residentMemory(pid)) ?? 0) - OVERHEAD_BYTES;
    if (bytes <= memoryMb * MIB) return;
    clearInterval(timer);
    onExceeded(bytes);
  };
  const timer = setInterval(() => void look(), PERIOD_MS);
  return () => clearInterval(timer);
}
