import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { isDatabaseBusy } from './is-database-busy.ts';

/** Which attribute of which table says when an item expires. */
export interface TimeToLiveSettings {
  /** `undefined` when the table's items do not expire. */
  attributeOf(tableName: string): string | undefined;
  enable(tableName: string, attribute: string): void;
  disable(tableName: string): void;
  all(): { tableName: string; attribute: string }[];
  close(): void;
}

/**
 * Opens the settings in memory, or in a directory. There their file is also the lock on the whole directory: the
 * system drops it when the process dies, however it dies.
 * @throws when another instance has the directory open: the message names it and the cure.
 */
export function openTimeToLiveSettings(directory: string | undefined): TimeToLiveSettings {
  const database = directory === undefined ? new DatabaseSync(':memory:') : openLocked(directory);
  database.exec(
    'CREATE TABLE IF NOT EXISTS time_to_live (table_name TEXT PRIMARY KEY, attribute TEXT NOT NULL)',
  );
  const select = database.prepare('SELECT attribute FROM time_to_live WHERE table_name = ?');
  const selectAll = database.prepare('SELECT table_name, attribute FROM time_to_live');
  const insert = database.prepare(
    'INSERT OR REPLACE INTO time_to_live (table_name, attribute) VALUES (?, ?)',
  );
  const remove = database.prepare('DELETE FROM time_to_live WHERE table_name = ?');
  return {
    attributeOf(tableName) {
      const row = select.get(tableName);
      return row === undefined ? undefined : String(row['attribute']);
    },
    enable(tableName, attribute) {
      insert.run(tableName, attribute);
    },
    disable(tableName) {
      remove.run(tableName);
    },
    all: () =>
      selectAll
        .all()
        .map((row) => ({ tableName: String(row['table_name']), attribute: String(row['attribute']) })),
    close() {
      database.close();
    },
  };
}

function openLocked(directory: string): DatabaseSync {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, 'time-to-live.db'));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
    return database;
  } catch (error) {
    database.close();
    if (!isDatabaseBusy(error)) throw error;
    throw new Error(
      `The DynamoDB data in ${directory} is open in another process: stop that one, or choose another directory.`,
      { cause: error },
    );
  }
}
