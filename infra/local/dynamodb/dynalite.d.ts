declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** LevelDB's directory; memory without it. */
    path?: string;
    /** How long a table stays CREATING, in milliseconds. */
    createTableMs?: number;
    /** How long a table stays DELETING, in milliseconds. */
    deleteTableMs?: number;
  }

  function dynalite(options?: DynaliteOptions): Server;
  export = dynalite;
}

/** dynalite's storage, which is not public: dynalite is pinned to 4.0.0. */
declare module 'dynalite/db/index.js' {
  import type { TableDescription } from './table-schema.ts';
  import type { WireItem } from './wire-content.ts';

  export interface LevelDatabase {
    open(): Promise<void>;
    /** In the keys' order, `gte` included and `lt` not; the values are whatever was stored there. */
    iterator<Value>(range: { gte: string; lt: string }): AsyncIterable<[key: string, value: Value]>;
    batch(
      operations: ({ type: 'put'; key: string; value: WireItem } | { type: 'del'; key: string })[],
    ): Promise<void>;
    close(): Promise<void>;
  }

  /** Opens the storage in a directory. */
  export function create(options: { path: string }): { db: LevelDatabase };

  /** What the write of an item does to the entries of some indexes of its table. */
  export function getIndexActions(
    indexes: NonNullable<TableDescription['GlobalSecondaryIndexes']>,
    before: undefined,
    after: WireItem,
    table: TableDescription,
  ): { puts: { index: string; key: string; item: WireItem }[] };
}
