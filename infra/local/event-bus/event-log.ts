import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonRecord } from '../assembly/record.ts';

/** Keeps events for people, one JSON line each. */
export type EventLog = (events: readonly JsonRecord[]) => void;

/** A log in `logs/events.log` of the data directory; nowhere without one. A line that cannot be written is told of on the terminal. */
export function openEventLog(dataDirectory: string | undefined, print: (line: string) => void): EventLog {
  if (dataDirectory === undefined) return () => {};
  const directory = path.join(dataDirectory, 'logs');
  const file = path.join(directory, 'events.log');
  mkdirSync(directory, { recursive: true });
  // A death may have cut the last line short, and the next event must not stand behind it.
  if (existsSync(file) && !readFileSync(file, 'utf8').endsWith('\n')) appendFileSync(file, '\n');
  return (events) => {
    try {
      const lines = events.map((event) => `${JSON.stringify(event)}\n`);
      appendFileSync(file, lines.join(''));
    } catch (error) {
      print(`[events] the log is not kept: ${String(error)}`);
    }
  };
}
