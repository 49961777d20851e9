import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { UnreadableRowError } from '../task/errors.ts';
import type { EndedPage, EndedPlace, OpenEntry, TaskStorage, WriteResult } from '../task/storage.ts';
import { isExpired } from '../task/task-row.ts';
import type { TaskRow } from '../task/task-row.ts';
import type { TaskKey } from '../task/task.ts';
import { itemSize } from './item-size.ts';
import { readPayloads } from './read-payloads.ts';
import { reaching } from './reaching.ts';
import { readRow } from './read-row.ts';
import {
  attributes,
  endPartition,
  itemOf,
  keyOfPartition,
  partitionKey,
  TASK_SORT_KEY,
} from './row-attributes.ts';
import type { Item } from './row-attributes.ts';
import { compileChange } from './update-expression.ts';

/**
 * A put may replace a row that has expired but was not deleted yet; but not its own, which it meets when it is sent again, and
 * which may have ended and expired by then.
 */
const ABSENT_OR_EXPIRED = `attribute_not_exists(pk) OR (attribute_exists(${attributes.finalStatus}) AND ${attributes.expiresAt} <= :now AND ${attributes.nonce} <> :nonce)`;
const UNCHANGED = `(attribute_not_exists(${attributes.finalStatus}) AND ${attributes.nonce} = :nonce AND ${attributes.version} = :version)`;

/**
 * A storage in a DynamoDB table: keys `pk` and `sk`, TTL on `expiresAt`, indexes `byLook` (`lookShard`, `lookAt`; keys
 * only) and `byEnd` (`endShard`, `stoppedAt`; all attributes). Requests are retried by the client; what fails then rejects
 * with an `UnavailableError`.
 */
export function createDynamoStorage(options: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): TaskStorage {
  const client = DynamoDBDocumentClient.from(options.client);
  const table = { TableName: options.tableName } as const;

  async function put(row: TaskRow, condition: string, values: Item): Promise<WriteResult> {
    return write(async () => {
      await client.send(
        new PutCommand({
          ...table,
          Item: itemOf(row),
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return row;
    });
  }

  return {
    get: (key, { now, eventual = false }) =>
      reaching('storage', async () => {
        const { Item: item } = await client.send(
          new GetCommand({ ...table, Key: taskRowKey(key), ConsistentRead: !eventual }),
        );
        const row = item && readRow(item);
        return row === undefined || isExpired(row, now) ? undefined : row;
      }),

    create: (row, now) => put(row, ABSENT_OR_EXPIRED, { ':now': seconds(now), ':nonce': row.nonce }),

    set: (row, now) =>
      put({ ...row, version: row.version + 1 }, `${ABSENT_OR_EXPIRED} OR ${UNCHANGED}`, {
        ':now': seconds(now),
        ':nonce': row.nonce,
        ':version': row.version,
      }),

    update: (key, change) =>
      write(async () => {
        const { Attributes: item = {} } = await client.send(
          new UpdateCommand({
            ...table,
            Key: taskRowKey(key),
            ...compileChange(key, change),
            ReturnValues: 'ALL_NEW',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return readRow(item);
      }),

    putPayload: (key, ref, json, expiresAt) =>
      reaching('storage', async () => {
        const item = { pk: partitionKey(key), sk: ref, json, expiresAt: Math.ceil(expiresAt / 1000) };
        await client.send(new PutCommand({ ...table, Item: item }));
      }),

    getPayloads: (key, refs) =>
      reaching('storage', () => readPayloads(client, options.tableName, partitionKey(key), refs)),

    listOpen: (shard, { from = 0, until, limit, after }) =>
      reaching('storage', async () => {
        const { Items: items = [] } = await client.send(
          new QueryCommand({
            ...table,
            IndexName: 'byLook',
            KeyConditionExpression: 'lookShard = :shard AND lookAt BETWEEN :from AND :until',
            ExpressionAttributeValues: { ':shard': String(shard), ':from': from, ':until': until },
            Limit: limit,
            ...(after && {
              ExclusiveStartKey: { ...taskRowKey(after), lookShard: String(shard), lookAt: after.lookAt },
            }),
          }),
        );
        return items.map(readOpenEntry);
      }),

    listEnded: ({ tenant, finalStatus, shard }, { until, limit, now, after }) =>
      reaching('storage', async () => {
        const endShard = endPartition(tenant, finalStatus, shard);
        const { Items: items = [], LastEvaluatedKey: last } = await client.send(
          new QueryCommand({
            ...table,
            IndexName: 'byEnd',
            KeyConditionExpression: 'endShard = :shard AND stoppedAt <= :until',
            ExpressionAttributeValues: { ':shard': endShard, ':until': until },
            ScanIndexForward: false,
            Limit: limit,
            ...(after && {
              ExclusiveStartKey: {
                ...taskRowKey({ tenant, id: after.id }),
                endShard,
                stoppedAt: after.stoppedAt,
              },
            }),
          }),
        );
        return { ...readRows(items, now), next: last && readEndedPlace(last) };
      }),

    sizeOf: (row) => itemSize(itemOf(row)),
  };
}

function readOpenEntry({ pk, lookAt }: Item): OpenEntry {
  const { tenant, id } = keyOfPartition(String(pk));
  return { tenant, id, lookAt: Number(lookAt) };
}

function readEndedPlace({ pk, stoppedAt }: Item): EndedPlace {
  return { id: keyOfPartition(String(pk)).id, stoppedAt: Number(stoppedAt) };
}

function readRows(items: readonly Item[], now: number): Pick<EndedPage, 'rows' | 'unreadable'> {
  const rows: TaskRow[] = [];
  const unreadable: UnreadableRowError[] = [];
  for (const item of items) {
    try {
      const row = readRow(item);
      if (!isExpired(row, now)) rows.push(row);
    } catch (error) {
      if (!(error instanceof UnreadableRowError)) throw error;
      unreadable.push(error);
    }
  }
  return { rows, unreadable };
}

function taskRowKey(key: TaskKey): Item {
  return { pk: partitionKey(key), sk: TASK_SORT_KEY };
}

/** Whole seconds that have passed: a row whose `expiresAt` is one of them has expired. */
function seconds(now: number): number {
  return Math.floor(now / 1000);
}

async function write(send: () => Promise<TaskRow>): Promise<WriteResult> {
  return reaching('storage', async () => {
    try {
      return { applied: true, row: await send() };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { applied: false, row: error.Item && readRow(unmarshall(error.Item)) };
    }
  });
}
