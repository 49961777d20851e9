import { writeBatch } from './batch-write.ts';
import { operationOf } from './engine.ts';
import { writeItem } from './item-writes.ts';
import type { Tables } from './tables.ts';
import { describeTimeToLive, updateTimeToLive, type TimeToLiveSettings } from './time-to-live.ts';
import { contentOf, refusal } from './wire-content.ts';
import type { WireAnswer, WireRequest } from '../wire/wire-message.ts';

/** What dynalite answers well enough by itself. */
const PASSED_THROUGH: ReadonlySet<string> = new Set([
  'BatchGetItem',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'Query',
  'Scan',
]);

/** Answers a request to the local DynamoDB: an operation that it does not know gets an error that names it. */
export async function answer(
  tables: Tables,
  settings: TimeToLiveSettings,
  request: WireRequest,
): Promise<WireAnswer> {
  const operation = operationOf(request.headers);
  // Not DynamoDB's protocol: a browser's look, a preflight, garbage. dynalite knows what to say.
  if (operation === undefined || PASSED_THROUGH.has(operation)) return tables.engine.handle(request);
  switch (operation) {
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return writeItem(tables, operation, request);
    case 'BatchWriteItem':
      return writeBatch(tables, request);
    case 'CreateTable':
    case 'DeleteTable':
      return changeTable(tables, settings, operation, request);
    case 'UpdateTimeToLive':
      return updateTimeToLive(tables, settings, request);
    case 'DescribeTimeToLive':
      return describeTimeToLive(tables, settings, request);
    default:
      return refusal(
        'UnknownOperationException',
        `The local DynamoDB does not know ${operation}: use another operation, or a table in AWS.`,
      );
  }
}

async function changeTable(
  tables: Tables,
  settings: TimeToLiveSettings,
  operation: string,
  request: WireRequest,
): Promise<WireAnswer> {
  const { TableName = '', LocalSecondaryIndexes } = contentOf(request);
  if (LocalSecondaryIndexes !== undefined) {
    return refusal(
      'ValidationException',
      `The local DynamoDB knows no LocalSecondaryIndexes, which ${TableName} has: use GlobalSecondaryIndexes.`,
    );
  }
  // In turn with the table's writes, as it changes what they are measured by.
  return tables.inTurn([TableName], async () => {
    const result = await tables.engine.handle(request);
    await tables.changed(TableName);
    if (operation === 'DeleteTable' && result.status === 200) settings.delete(TableName);
    return result;
  });
}
