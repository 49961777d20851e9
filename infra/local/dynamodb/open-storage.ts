import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import { type LevelDatabase, create, getIndexActions } from 'dynalite/db/index.js';

import type { TableDescription } from './table-schema.ts';
import type { WireItem } from './wire-content.ts';

/** dynalite's directory, ready to be opened by dynalite. */
export interface Storage {
  /** Call it when dynalite has closed the directory: nothing needs repair then. */
  closedClean(): void;
}

/**
 * Looks whether the directory can be opened, as dynalite would answer every request with an error if not, and repairs what a killed
 * process left half done in it. dynalite writes an item after its index entries, one by one, so an entry may lack its item, and an item
 * may be found by no index. A table in creation would stay so for ever; it goes, as nobody was told of it.
 *
 * @throws Error when LevelDB cannot open it.
 */
export async function openStorage(directory: string): Promise<Storage> {
  // Beside LevelDB's own files. It stands as long as the directory is open, and for ever when that ended by a death.
  const unclean = `${directory}.unclean`;
  if (existsSync(directory)) {
    const { db } = create({ path: directory });
    await db.open();
    try {
      if (existsSync(unclean)) await repair(db);
    } finally {
      await db.close();
    }
  }
  writeFileSync(unclean, '');
  return { closedClean: () => rmSync(unclean, { force: true }) };
}

async function repair(db: LevelDatabase): Promise<void> {
  for await (const [key, table] of db.iterator<TableDescription>(range('table~'))) {
    if (table.TableStatus === 'CREATING') await db.batch([{ type: 'del', key }]);
    else await repairIndexes(db, table);
  }
}

async function repairIndexes(db: LevelDatabase, table: TableDescription): Promise<void> {
  const { TableName, GlobalSecondaryIndexes = [] } = table;
  const prefix = `index-global~${TableName}~`;
  const missing = new Map<string, WireItem>();
  for await (const [, item] of db.iterator<WireItem>(range(`item-${TableName}~`))) {
    for (const put of getIndexActions(GlobalSecondaryIndexes, undefined, item, table).puts) {
      missing.set(`${prefix}${put.index}~${put.key}`, put.item);
    }
  }
  const wrong: string[] = [];
  for await (const [key, entry] of db.iterator<WireItem>(range(prefix))) {
    if (isSame(missing.get(key), entry)) missing.delete(key);
    else wrong.push(key);
  }
  await db.batch([
    ...wrong.map((key) => ({ type: 'del' as const, key })),
    ...[...missing].map(([key, value]) => ({ type: 'put' as const, key, value })),
  ]);
}

/** As JSON, in which dynalite stores them: members without a value are not there. */
function isSame(expected: WireItem | undefined, stored: WireItem): boolean {
  return expected !== undefined && isDeepStrictEqual(JSON.parse(JSON.stringify(expected)), stored);
}

function range(prefix: string): { gte: string; lt: string } {
  return { gte: prefix, lt: `${prefix}\u{ffff}` };
}
