import { consumedCapacity } from './consumed-capacity.ts';
import { recordWrites } from './record-writes.ts';
import { type Tables, keyOf } from './tables.ts';
import type { TableSchema } from './table-schema.ts';
import { refusedWriteUnits, writeUnits } from './write-units.ts';
import { contentOf, type WireContent } from './wire-content.ts';
import { withContent, type WireAnswer, type WireRequest } from '../wire/wire-message.ts';

/** The operations that write one item. */
export type WriteOperation = 'PutItem' | 'UpdateItem' | 'DeleteItem';

/**
 * Answers a write with what dynalite leaves out: the item that refused it, when ReturnValuesOnConditionCheckFailure
 * asks for it, and the indexes' share of the consumed capacity.
 */
export async function writeItem(
  tables: Tables,
  operation: WriteOperation,
  request: WireRequest,
): Promise<WireAnswer> {
  const input = contentOf(request);
  const { TableName } = input;
  const schema = await tables.schemaOf(TableName);
  // dynalite has the right error for a request without a table.
  if (TableName === undefined || schema === undefined) return tables.engine.handle(request);
  const write = { ...input, TableName, operation, schema };
  return tables.inTurn([TableName], () => writeInTurn(tables, request, write));
}

interface Write extends WireContent {
  readonly TableName: string;
  readonly operation: WriteOperation;
  readonly schema: TableSchema;
}

async function writeInTurn(tables: Tables, request: WireRequest, write: Write): Promise<WireAnswer> {
  const { TableName, Item, schema, operation } = write;
  const key = keyOf(schema, write.Key ?? Item);
  const before = await tables.read(TableName, key);
  const answer = await recordWrites(tables, [{ tableName: TableName, key, before }], () =>
    tables.engine.handle(request),
  );
  if (isRefusedCondition(answer)) {
    tables.countUnits([refusedWriteUnits(before)]);
    const shown = write.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? before : undefined;
    return shown === undefined ? answer : withContent(answer, { ...contentOf(answer), Item: shown });
  }
  if (answer.status !== 200) return answer;
  const after = operation === 'UpdateItem' ? await tables.read(TableName, key) : Item;
  const units = writeUnits(schema, { before, after });
  tables.countUnits([units]);
  const capacity = consumedCapacity(TableName, write.ReturnConsumedCapacity, [units]);
  if (capacity === undefined) return answer;
  return withContent(answer, { ...contentOf(answer), ConsumedCapacity: capacity });
}

function isRefusedCondition(answer: WireAnswer): boolean {
  if (answer.status !== 400) return false;
  return contentOf(answer).__type?.endsWith('#ConditionalCheckFailedException') ?? false;
}
