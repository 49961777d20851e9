import { recordWrites } from './record-writes.ts';
import { type Tables, keyOf } from './tables.ts';
import type { TableSchema } from './table-schema.ts';
import type { TimeToLiveSettings } from './time-to-live.ts';
import { contentOf, type WireItem, type WireValue } from './wire-content.ts';

/**
 * An item whose time passed more than five years ago stays: DynamoDB takes such a time for a mistake.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
 */
const FORGOTTEN_AFTER_SECONDS = 5 * 365 * 24 * 60 * 60;

/** Deletes, in every table with a time to live, the items whose time (epoch seconds) has passed at `nowMs`. */
export async function removeExpired(
  tables: Tables,
  settings: TimeToLiveSettings,
  nowMs: number,
): Promise<void> {
  for (const [tableName, attribute] of settings) {
    const schema = await tables.schemaOf(tableName);
    if (schema === undefined) continue;
    let startKey: WireItem | undefined;
    do {
      const answer = await tables.engine.call('Scan', { TableName: tableName, ExclusiveStartKey: startKey });
      const { Items = [], LastEvaluatedKey } = contentOf(answer);
      for (const item of Items) {
        if (hasExpired(item[attribute], nowMs / 1000))
          await remove(tables, tableName, schema, item, attribute);
      }
      startKey = LastEvaluatedKey;
    } while (startKey !== undefined);
  }
}

function hasExpired(time: WireValue | undefined, nowSeconds: number): boolean {
  if (time === undefined || !('N' in time)) return false;
  const seconds = Number(time.N);
  return seconds < nowSeconds && seconds > nowSeconds - FORGOTTEN_AFTER_SECONDS;
}

async function remove(
  tables: Tables,
  tableName: string,
  schema: TableSchema,
  item: WireItem,
  attribute: string,
): Promise<void> {
  // On condition that it is still the time that was read: a write may have come between.
  await tables.inTurn([tableName], async () => {
    const key = keyOf(schema, item);
    const before = await tables.read(tableName, key);
    await recordWrites(tables, [{ tableName, key, before, expired: true }], () =>
      tables.engine.call('DeleteItem', {
        TableName: tableName,
        Key: key,
        ConditionExpression: '#time = :time',
        ExpressionAttributeNames: { '#time': attribute },
        ExpressionAttributeValues: { ':time': item[attribute] },
      }),
    );
  });
}
