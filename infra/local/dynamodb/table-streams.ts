import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import type { StreamView } from './change-log.ts';
import { openTableStream, type TableStream, type WrittenStream } from './table-stream.ts';

/** The streams of all tables that have, or had, one. */
export interface TableStreams {
  /** The stream of a table whose changes are noted now. */
  ofWritten(tableName: string): WrittenStream | undefined;
  /** Every stream, by its table's name. */
  all(): Iterable<[tableName: string, stream: WrittenStream]>;
  /** The stream of an ARN, switched on or not. */
  named(arn: string): TableStream | undefined;
  /** Switches a table's stream on, or off: its records stay. */
  switchTo(tableName: string, view: StreamView | undefined): void;
  close(): void;
}

/**
 * Opens what a directory has, or none in memory.
 *
 * @throws Error naming the file when one is damaged.
 */
export function openTableStreams(directory: string | undefined, now: () => number): TableStreams {
  const streams = new Map<string, WrittenStream>();
  const open = (tableName: string): WrittenStream => {
    // A folder for each: with an ending, the longest names of tables would be too long for a file.
    const file = directory === undefined ? undefined : path.join(directory, tableName, 'changes');
    const stream = openTableStream(tableName, file, now);
    streams.set(tableName, stream);
    return stream;
  };
  const close = (): void => {
    for (const stream of streams.values()) stream.close();
  };
  try {
    if (directory !== undefined) namesIn(directory).forEach(open);
  } catch (error) {
    close();
    throw error;
  }
  return {
    ofWritten(tableName) {
      const stream = streams.get(tableName);
      return stream?.view === undefined ? undefined : stream;
    },
    all: () => streams,
    named: (arn) => [...streams.values()].find((stream) => stream.arn === arn),
    switchTo(tableName, view) {
      if (streams.get(tableName)?.view === view) return;
      (streams.get(tableName) ?? open(tableName)).view = view;
    },
    close,
  };
}

function namesIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
