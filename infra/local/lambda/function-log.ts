import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { isRecord } from '../assembly/record.ts';

/** Where a function's lines go: all of them to its file, and those that a developer must see to the terminal. */
export interface FunctionLog {
  /** Takes every line of a process's stdout or stderr. */
  follow(stream: Readable): void;
  /** A line about the function from the stack itself; shown and kept. */
  note(line: string): void;
  close(): Promise<void>;
}

/** Levels of JSON lines that are shown. */
const LOUD_LEVELS = new Set(['WARN', 'WARNING', 'ERROR', 'FATAL']);

/**
 * A log that prefixes what it prints with `label`. On the terminal are lines that are no JSON, and JSON lines of level warn and above.
 * Without a `file` nothing is kept.
 */
export function createFunctionLog(
  label: string,
  file: string | undefined,
  print: (line: string) => void,
): FunctionLog {
  const kept = file === undefined ? undefined : createWriteStream(file, { flags: 'a' });
  kept?.on('error', (error) => print(`[${label}] its log is not kept: ${error.message}`));
  const show = (line: string): void => print(`[${label}] ${line}`);
  return {
    follow(stream) {
      createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
        kept?.write(`${line}\n`);
        if (isLoud(line)) show(line);
      });
    },
    note(line) {
      kept?.write(`${line}\n`);
      show(line);
    },
    async close() {
      if (kept === undefined || kept.destroyed) return;
      kept.end();
      await once(kept, 'close');
    },
  };
}

function isLoud(line: string): boolean {
  if (line.trim() === '') return false;
  if (!line.startsWith('{')) return true;
  try {
    const entry: unknown = JSON.parse(line);
    const level = isRecord(entry) ? entry['level'] : undefined;
    return typeof level === 'string' && LOUD_LEVELS.has(level.toUpperCase());
  } catch {
    return true;
  }
}
