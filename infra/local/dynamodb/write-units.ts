import { isDeepStrictEqual } from 'node:util';

import { itemSize } from './item-size.ts';
import type { IndexSchema, TableSchema } from './table-schema.ts';
import type { WireItem } from './wire-content.ts';

const UNIT_BYTES = 1024;

/** What one write costs, in write request units. */
export interface WriteUnits {
  readonly table: number;
  /** Only the indexes that the write touched. */
  readonly indexes: readonly { readonly index: IndexSchema; readonly units: number }[];
}

/** One item around a write; `undefined` where it does not exist. */
export interface ItemChange {
  readonly before: WireItem | undefined;
  readonly after: WireItem | undefined;
}

/**
 * The cost of a write that took place: one unit per started KB of the larger of the item before and after it, and what
 * each index adds. An index entry that appears, goes or changes is one write; one whose key changes is two.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
export function writeUnits(schema: TableSchema, change: ItemChange): WriteUnits {
  const indexes = schema.indexes
    .map((index) => ({ index, units: indexUnits(index, change) }))
    .filter(({ units }) => units > 0);
  return { table: larger(change.before, change.after), indexes };
}

/** The cost of a write that its condition refused: the item it met, at least one unit, and no index. */
export function refusedWriteUnits(before: WireItem | undefined): WriteUnits {
  return { table: larger(before, undefined), indexes: [] };
}

/** Everything together. */
export function totalUnits(units: WriteUnits): number {
  return units.indexes.reduce((total, index) => total + index.units, units.table);
}

function indexUnits(index: IndexSchema, change: ItemChange): number {
  const before = entryOf(index, change.before);
  const after = entryOf(index, change.after);
  if (before === undefined && after === undefined) return 0;
  if (before === undefined || after === undefined) return larger(before, after);
  const moved = index.keyNames.some((name) => !isDeepStrictEqual(before[name], after[name]));
  if (moved) return larger(before, undefined) + larger(undefined, after);
  return isDeepStrictEqual(before, after) ? 0 : larger(before, after);
}

/** The view of an item that an index holds; `undefined` where a key attribute is missing, as indexes are sparse. */
function entryOf(index: IndexSchema, item: WireItem | undefined): WireItem | undefined {
  if (item === undefined || index.keyNames.some((name) => item[name] === undefined)) return undefined;
  const { projection } = index;
  if (projection === 'all') return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => projection.includes(name)));
}

function larger(one: WireItem | undefined, other: WireItem | undefined): number {
  const bytes = Math.max(one === undefined ? 0 : itemSize(one), other === undefined ? 0 : itemSize(other));
  return Math.max(1, Math.ceil(bytes / UNIT_BYTES));
}
