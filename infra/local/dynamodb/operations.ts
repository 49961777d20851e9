import { writeBatch } from './batch-write.ts';
import { operationOf } from './engine.ts';
import { writeItem } from './item-writes.ts';
import { updateTable, wantedView, withStream } from './stream-specification.ts';
import type { Tables } from './tables.ts';
import { describeTimeToLive, updateTimeToLive, type TimeToLiveSettings } from './time-to-live.ts';
import { contentOf, refusal } from './wire-content.ts';
import type { WireAnswer, WireRequest } from '../wire/wire-message.ts';

/** What dynalite answers well enough by itself. */
const PASSED_THROUGH: ReadonlySet<string> = new Set([
  'BatchGetItem',
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
    case 'DescribeTable':
      return withStream(tables, await tables.engine.handle(request));
    case 'UpdateTable':
      return updateTable(tables, request);
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
  const { StreamSpecification, ...content } = contentOf(request);
  const { TableName = '', LocalSecondaryIndexes } = content;
  if (LocalSecondaryIndexes !== undefined) {
    return refusal(
      'ValidationException',
      `The local DynamoDB knows no LocalSecondaryIndexes, which ${TableName} has: use GlobalSecondaryIndexes.`,
    );
  }
  const wanted = wantedView(StreamSpecification);
  if (!('view' in wanted)) return wanted;
  // dynalite knows no streams.
  const body = StreamSpecification === undefined ? request.body : Buffer.from(JSON.stringify(content));
  // In turn with the table's writes, as it changes what they are measured by.
  return tables.inTurn([TableName], async () => {
    const result = await tables.engine.handle({ ...request, body });
    await tables.changed(TableName);
    if (result.status !== 200) return result;
    if (operation === 'DeleteTable') settings.delete(TableName);
    tables.streams.switchTo(TableName, wanted.view);
    return withStream(tables, result);
  });
}
