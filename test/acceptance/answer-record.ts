import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

/**
 * Notes the kinds of answers that were seen, each of which is a call, a status and, for a problem, its code, in a file of its own in
 * `directory`, where another process finds them.
 */
export function createRecord(directory: string) {
  mkdirSync(directory, { recursive: true });
  const seen = new Set<string>();
  const file = join(directory, randomUUID());
  return (kind: string): void => {
    if (seen.has(kind)) return;
    seen.add(kind);
    writeFileSync(file, JSON.stringify([...seen]));
  };
}

/** All kinds of answers that were noted in a directory. */
export function readRecords(directory: string): ReadonlySet<unknown> {
  const lists = readdirSync(directory).map((name): unknown =>
    JSON.parse(readFileSync(join(directory, name), 'utf8')),
  );
  return new Set(lists.flat());
}
