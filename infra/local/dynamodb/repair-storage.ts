import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import { type LevelDatabase, create, getIndexActions } from 'dynalite/db/index.js';

import type { TableDescription } from './table-schema.ts';
import type { WireItem } from './wire-item.ts';

/**
 * Repairs what a killed process left half done in dynalite's directory. dynalite writes an item after its index entries,
 * one by one, so an entry may lack its item, and an item may be found by no index. A table in creation would stay so for
 * ever; it goes, as nobody was told of it.
 */
export async function repairStorage(directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  const { db } = create({ path: directory });
  await db.open();
  try {
    for await (const [key, table] of db.iterator<TableDescription>(range('table~'))) {
      if (table.TableStatus === 'CREATING') await db.batch([{ type: 'del', key }]);
      else await repairIndexes(db, table);
    }
  } finally {
    await db.close();
  }
}

async function repairIndexes(db: LevelDatabase, table: TableDescription): Promise<void> {
  const { TableName, GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = table;
  const kinds = [
    { prefix: `index-global~${TableName}~`, indexes: GlobalSecondaryIndexes },
    { prefix: `index-local~${TableName}~`, indexes: LocalSecondaryIndexes },
  ];
  for (const { prefix, indexes } of kinds) {
    const missing = new Map<string, WireItem>();
    for await (const [, item] of db.iterator<WireItem>(range(`item-${TableName}~`))) {
      for (const put of getIndexActions(indexes, undefined, item, table).puts) {
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
}

/** As JSON, in which dynalite stores them: members without a value are not there. */
function isSame(expected: WireItem | undefined, stored: WireItem): boolean {
  return expected !== undefined && isDeepStrictEqual(JSON.parse(JSON.stringify(expected)), stored);
}

function range(prefix: string): { gte: string; lt: string } {
  return { gte: prefix, lt: `${prefix}\u{ffff}` };
}
