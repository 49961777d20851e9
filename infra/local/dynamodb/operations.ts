import { writeBatch } from './batch-write.ts';
import { type WireAnswer, type WireRequest, operationOf } from './engine.ts';
import { writeItem } from './item-writes.ts';
import { jsonAnswer, refusal } from './json-answer.ts';
import type { Tables } from './tables.ts';
import type { TimeToLiveSettings } from './time-to-live-settings.ts';
import { describeTimeToLive, updateTimeToLive } from './time-to-live.ts';
import { contentOf } from './wire-content.ts';

/** What dynalite answers well enough by itself. */
const PASSED_THROUGH: ReadonlySet<string> = new Set([
  'BatchGetItem',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
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
    case 'UpdateTable':
    case 'DeleteTable':
      return changeTable(tables, settings, operation, request);
    case 'UpdateTimeToLive':
      return updateTimeToLive(tables, settings, request);
    case 'DescribeTimeToLive':
      return describeTimeToLive(tables, settings, request);
    case 'UpdateContinuousBackups':
    case 'DescribeContinuousBackups':
      return continuousBackups(operation, request);
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
  const { TableName = '' } = contentOf(request);
  // In turn with the table's writes, as it changes what they are measured by.
  return tables.inTurn([TableName], async () => {
    const result = await tables.engine.handle(request);
    await tables.changed(TableName);
    if (operation === 'DeleteTable' && result.status === 200) settings.disable(TableName);
    return result;
  });
}

/** Point-in-time recovery is accepted and means nothing here, so that a definition made for AWS goes through. */
function continuousBackups(operation: string, request: WireRequest): WireAnswer {
  const { PointInTimeRecoverySpecification } = contentOf(request);
  const enabled =
    operation === 'UpdateContinuousBackups' &&
    PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true;
  return jsonAnswer(200, {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: enabled ? 'ENABLED' : 'DISABLED' },
    },
  });
}
