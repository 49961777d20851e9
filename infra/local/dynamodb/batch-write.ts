import { consumedCapacity } from './consumed-capacity.ts';
import { type RecordedWrite, recordWrites } from './record-writes.ts';
import { type Tables, keyOf } from './tables.ts';
import type { TableSchema } from './table-schema.ts';
import { writeUnits } from './write-units.ts';
import { contentOf, type BatchedWrite, type WireItem } from './wire-content.ts';
import { withContent, type WireAnswer, type WireRequest } from '../wire/wire-message.ts';

/** One write of a batch, and the item as it was before. */
interface PlannedWrite extends RecordedWrite {
  readonly schema: TableSchema;
  readonly after: WireItem | undefined;
}

/** Answers BatchWriteItem with the indexes' share of the consumed capacity. */
export async function writeBatch(tables: Tables, request: WireRequest): Promise<WireAnswer> {
  const { RequestItems = {}, ReturnConsumedCapacity } = contentOf(request);
  const tableNames = Object.keys(RequestItems);
  return tables.inTurn(tableNames, async () => {
    const writes = await plan(tables, RequestItems);
    const changes = writes.map(({ tableName, key, before }) => ({ tableName, key, before }));
    const answer = await recordWrites(tables, changes, () => tables.engine.handle(request));
    if (answer.status !== 200) return answer;
    const capacities = tableNames.flatMap((tableName) => {
      const units = writes
        .filter((write) => write.tableName === tableName)
        .map((write) => writeUnits(write.schema, write));
      tables.countUnits(units);
      return consumedCapacity(tableName, ReturnConsumedCapacity, units) ?? [];
    });
    if (capacities.length === 0) return answer;
    return withContent(answer, { ...contentOf(answer), ConsumedCapacity: capacities });
  });
}

/** Reads every item that the batch is about to write. What it cannot read, dynalite will refuse. */
async function plan(tables: Tables, requestItems: Record<string, BatchedWrite[]>): Promise<PlannedWrite[]> {
  const writes: PlannedWrite[] = [];
  for (const [tableName, requests] of Object.entries(requestItems)) {
    const schema = await tables.schemaOf(tableName);
    if (schema === undefined) continue;
    for (const { PutRequest, DeleteRequest } of requests) {
      const key = keyOf(schema, PutRequest?.Item ?? DeleteRequest?.Key);
      const before = await tables.read(tableName, key);
      writes.push({ tableName, schema, key, before, after: PutRequest?.Item });
    }
  }
  return writes;
}
