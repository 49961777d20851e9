import type { Tables } from './tables.ts';
import type { WireItem } from './wire-content.ts';

/** A write to one item; without a key it is one that the engine will refuse. */
export interface RecordedWrite {
  readonly tableName: string;
  readonly key: WireItem | undefined;
  readonly before: WireItem | undefined;
  /** Its time to live takes the item away. */
  readonly expired?: boolean;
}

/**
 * Carries out writes, in the turn of their tables, and has the tables' streams tell them. The streams know a write before it is made, and
 * afterwards ask the table what became of it, so that neither a refusal nor a death leaves a wrong record, or none.
 */
export async function recordWrites<T>(
  tables: Tables,
  writes: readonly RecordedWrite[],
  carryOut: () => Promise<T>,
): Promise<T> {
  const endings: (() => Promise<void>)[] = [];
  try {
    for (const { tableName, key, ...images } of writes) {
      const stream = tables.streams.ofWritten(tableName);
      if (stream === undefined || key === undefined) continue;
      const number = stream.begin({ key, ...images });
      if (number !== undefined) {
        endings.push(async () => stream.end(number, await tables.read(tableName, key)));
      }
    }
    return await carryOut();
  } finally {
    await Promise.all(endings.map((ending) => ending()));
  }
}

/** Ends the writes that a death cut off, by the items as they are: call it before anybody writes. */
export async function endWrites(tables: Tables): Promise<void> {
  for (const [tableName, stream] of tables.streams.all()) {
    for (const { number, key } of stream.begun()) stream.end(number, await tables.read(tableName, key));
  }
}
