import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';

/** Something to do for a receiver. */
export interface BacklogEntry {
  readonly id: string;
  readonly content: string;
  /** When it was added, in milliseconds since 1970. */
  readonly sinceMs: number;
  /** When it is to be done. */
  readonly dueMs: number;
  /** How often it was tried in vain. */
  readonly tries: number;
}

/** An entry to be. */
export interface NewEntry {
  /** Who does it. */
  readonly receiver: string;
  readonly content: string;
}

/** What is still to be done. What was added survives the death of the process. */
export interface Backlog {
  /** Adds all of them, due at once, or none. They are safe when it returns. */
  add(entries: readonly NewEntry[], nowMs: number): void;
  /** A receiver's first entries, by the time when they are due. */
  first(receiver: string, count: number): BacklogEntry[];
  /** Leaves an entry to a later time. */
  postpone(id: string, dueMs: number, tries: number): void;
  remove(id: string): void;
  /** Calls the listener each time that something was added for the receiver. */
  onAdded(receiver: string, listener: () => void): void;
  close(): void;
}

// A commit reaches the system, which outlives the process; waiting for the disk would only help against a power cut.
const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    receiver TEXT NOT NULL,
    content TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS by_due ON entries (receiver, due_ms, number);`;

/**
 * Opens the backlog in a directory, or in memory without one. Only one process may have a directory open.
 *
 * @throws whatever SQLite says when the data is damaged.
 */
export function openBacklog(directory: string | undefined): Backlog {
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(
    directory === undefined ? ':memory:' : path.join(directory, 'backlog.db'),
  );
  database.exec(SCHEMA);
  const insert = database.prepare(
    'INSERT INTO entries (id, receiver, content, since_ms, due_ms) VALUES (?, ?, ?, ?, ?)',
  );
  const select = database.prepare('SELECT * FROM entries WHERE receiver = ? ORDER BY due_ms, number LIMIT ?');
  const update = database.prepare('UPDATE entries SET due_ms = ?, tries = ? WHERE id = ?');
  const remove = database.prepare('DELETE FROM entries WHERE id = ?');
  const listeners = new Map<string, () => void>();

  return {
    add(entries, nowMs) {
      database.exec('BEGIN');
      try {
        for (const { receiver, content } of entries)
          insert.run(randomUUID(), receiver, content, nowMs, nowMs);
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
      for (const receiver of new Set(entries.map((entry) => entry.receiver))) listeners.get(receiver)?.();
    },
    first: (receiver, count) => select.all(receiver, count).map(readEntry),
    postpone: (id, dueMs, tries) => void update.run(dueMs, tries, id),
    remove: (id) => void remove.run(id),
    onAdded: (receiver, listener) => void listeners.set(receiver, listener),
    close: () => database.close(),
  };
}

function readEntry(row: Readonly<Record<string, SQLOutputValue>>): BacklogEntry {
  return {
    id: String(row['id']),
    content: String(row['content']),
    sinceMs: Number(row['since_ms']),
    dueMs: Number(row['due_ms']),
    tries: Number(row['tries']),
  };
}
