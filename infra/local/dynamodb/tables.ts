import { setTimeout as pause } from 'node:timers/promises';

import type { Engine } from './engine.ts';
import { createSerializer } from './serializer.ts';
import { type TableDescription, type TableSchema, tableSchema } from './table-schema.ts';
import type { TableStreams } from './table-streams.ts';
import { type WriteUnits, totalUnits } from './write-units.ts';
import { contentOf, type WireItem } from './wire-content.ts';

/** The tables in the engine, as the front needs to know them. */
export interface Tables {
  readonly engine: Engine;
  readonly streams: TableStreams;
  /** The table's schema; `undefined` when there is no such table. */
  schemaOf(tableName: string | undefined): Promise<TableSchema | undefined>;
  /** Call it after the definition of a table was touched: it settles when the table can be used, or is gone. */
  changed(tableName: string): Promise<void>;
  /**
   * The item as it is now; `undefined` when there is none, or the key does not fit the table.
   *
   * @throws Error when the engine fails.
   */
  read(tableName: string, key: WireItem | undefined): Promise<WireItem | undefined>;
  /** Every write goes through here: those to one table take place one after another. */
  readonly inTurn: <T>(tableNames: readonly string[], step: () => Promise<T>) => Promise<T>;
  /** Adds to `writeUnits`. */
  countUnits(writes: readonly WriteUnits[]): void;
  /** Write units since the start, refused conditions included. */
  readonly writeUnits: number;
}

const IN_CHANGE: ReadonlySet<string> = new Set(['CREATING', 'DELETING']);
/** dynalite was told to make changes at once, which still takes it a turn of the event loop. */
const CHANGE_LOOK_MS = 1;

/** Reads through to the engine; schemas are remembered. */
export function createTables(engine: Engine, streams: TableStreams): Tables {
  const schemas = new Map<string, TableSchema>();
  const { inTurn } = createSerializer();
  let spent = 0;

  async function describe(tableName: string): Promise<TableDescription | undefined> {
    return contentOf(await engine.call('DescribeTable', { TableName: tableName })).Table;
  }

  return {
    engine,
    streams,
    inTurn,
    get writeUnits() {
      return spent;
    },
    async schemaOf(tableName) {
      if (tableName === undefined) return undefined;
      const known = schemas.get(tableName);
      if (known !== undefined) return known;
      const table = await describe(tableName);
      if (table === undefined) return undefined;
      const schema = tableSchema(table);
      schemas.set(tableName, schema);
      return schema;
    },
    async changed(tableName) {
      schemas.delete(tableName);
      while (IN_CHANGE.has((await describe(tableName))?.TableStatus ?? '')) await pause(CHANGE_LOOK_MS);
    },
    async read(tableName, key) {
      if (key === undefined) return undefined;
      const answer = await engine.call('GetItem', { TableName: tableName, Key: key, ConsistentRead: true });
      // An item that cannot be read is not one that is gone.
      if (answer.status >= 500) throw new Error(`${tableName} cannot be read: ${answer.body.toString()}`);
      return contentOf(answer).Item;
    },
    countUnits(writes) {
      spent = writes.reduce((total, units) => total + totalUnits(units), spent);
    },
  };
}

/** The key attributes of an item, or of a key with them; `undefined` when one is missing. */
export function keyOf(schema: TableSchema, item: WireItem | undefined): WireItem | undefined {
  if (item === undefined) return undefined;
  const key: WireItem = {};
  for (const name of schema.keyNames) {
    const value = item[name];
    if (value === undefined) return undefined;
    key[name] = value;
  }
  return key;
}
