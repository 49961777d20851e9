import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDynamoStorage } from '../../../shared/aws/dynamo-storage.ts';
import { UnavailableError } from '../../../shared/task/errors.ts';
import * as operations from '../../../shared/task/operations.ts';
import { CREATED_AT, endedRow, idInShard, newRow } from '../../contracts/rows.ts';
import { describeRandomUseOfStorage } from '../../contracts/random-use-of-storage.ts';
import { describeTaskIndexes } from '../../contracts/task-indexes.ts';
import { describeAttemptOperations } from '../../contracts/attempt-operations.ts';
import { describeTaskList } from '../../contracts/task-list.ts';
import { describeTaskOperations } from '../../contracts/task-operations.ts';
import { describeTaskStorage } from '../../contracts/task-storage.ts';
import { localCredentials, startLocalTables } from './local-table.ts';
import type { LocalTables } from './local-table.ts';

describe('the storage in DynamoDB', () => {
  let local: LocalTables;
  let sharedTable: string;
  beforeAll(async () => {
    local = await startLocalTables();
    sharedTable = await local.createTable();
  });
  afterAll(() => local.close());

  const storageIn = (tableName: string) => createDynamoStorage({ client: local.client, tableName });

  describeTaskStorage(async () => storageIn(sharedTable));
  describeTaskOperations(async () => storageIn(sharedTable));
  describeAttemptOperations(async () => storageIn(sharedTable));
  describeTaskIndexes(async () => storageIn(await local.createTable()));
  // Fewer than in memory: each step is two requests.
  describeRandomUseOfStorage(async () => storageIn(await local.createTable()), { inOrder: 35, atOnce: 60 });

  describeTaskList(async () => storageIn(await local.createTable()), 20);

  const done = { finalStatus: 'succeeded', output: { json: '{"seconds":1}' } } as const;
  const times = { now: CREATED_AT, retentionMs: 60_000 };

  test('gives the row index keys only while it belongs into the index, and TTL its seconds', async () => {
    const storage = storageIn(sharedTable);
    const row = newRow();
    const item = async () => {
      const Key = { pk: { S: `default/${row.id}` }, sk: { S: 'task' } };
      return (await local.client.send(new GetItemCommand({ TableName: sharedTable, Key }))).Item ?? {};
    };
    await storage.create(row, CREATED_AT);
    expect(await item()).toMatchObject({
      lookShard: { S: expect.any(String) },
      lookAt: { N: String(row.lookAt) },
    });
    expect(await item()).not.toHaveProperty('endShard');
    expect(await item()).not.toHaveProperty('expiresAt');
    await storage.update(row, operations.mark(CREATED_AT, done, times));
    expect(await item()).not.toHaveProperty('lookShard');
    expect(await item()).not.toHaveProperty('lookAt');
    expect(await item()).toMatchObject({
      endShard: { S: expect.stringMatching(/^default\/succeeded\/\d$/) },
      stoppedAt: { N: String(CREATED_AT) },
      expiresAt: { N: String(CREATED_AT / 1000 + 60) },
    });
  });

  test('lets a payload row expire by TTL, in seconds', async () => {
    const tableName = await local.createTable();
    await storageIn(tableName).putPayload(newRow(), 'input/a', '1', CREATED_AT + 1);
    const { Items } = await local.client.send(new ScanCommand({ TableName: tableName }));
    expect(Items).toMatchObject([{ expiresAt: { N: String(CREATED_AT / 1000 + 1) } }]);
  });

  test('writes a small task’s whole life for at most 6 write units, indexes included', async () => {
    const units: unknown[] = [];
    const client = new DynamoDBClient({
      ...localCredentials,
      endpoint: local.url,
    });
    client.middlewareStack.add(
      (next) => async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        const result = await next(args);
        units.push(unitsOf(result.output));
        return result;
      },
      { step: 'initialize' },
    );
    const storage = createDynamoStorage({ client, tableName: sharedTable });
    const row = newRow({ fingerprint: 'f'.repeat(43), traceparent: '0'.repeat(55) });
    await storage.create(row, CREATED_AT);
    await storage.update(row, operations.claim(CREATED_AT, 'c'.repeat(43), CREATED_AT + 1000));
    await storage.update(row, operations.finish('c'.repeat(43), done, times));
    client.destroy();
    expect(units).toEqual([2, 1, 3]);
  });

  test('says that it is unavailable when its table is not there', async () => {
    const storage = storageIn('none');
    await expect(storage.get(newRow(), { now: CREATED_AT })).rejects.toThrow(UnavailableError);
    await expect(storage.create(newRow(), CREATED_AT)).rejects.toMatchObject({ port: 'storage' });
  });

  test('refuses to make sense of a row that is not one, naming what is wrong with it', async () => {
    const row = newRow();
    const Item = {
      pk: { S: `default/${row.id}` },
      sk: { S: 'task' },
      act: { S: 'sleep' },
      st: { S: 'running' },
    };
    await local.client.send(new PutItemCommand({ TableName: sharedTable, Item }));
    await expect(storageIn(sharedTable).get(row, { now: CREATED_AT })).rejects.toMatchObject({
      cause: expect.objectContaining({ message: expect.stringContaining('activeStatus') }),
    });
  });

  test('leaves such a row out of the ended ones, tells why, and goes on behind it', async () => {
    const tableName = await local.createTable();
    const storage = storageIn(tableName);
    const [newest, strange, oldest] = [3, 2, 1].map((at) =>
      endedRow({ id: idInShard(5), stoppedAt: CREATED_AT + at }),
    );
    for (const row of [newest, strange, oldest]) if (row !== undefined) await storage.create(row, CREATED_AT);
    const Key = { pk: { S: `default/${strange?.id}` }, sk: { S: 'task' } };
    await local.client.send(
      new UpdateItemCommand({ TableName: tableName, Key, UpdateExpression: 'REMOVE act' }),
    );
    const query = { tenant: 'default', finalStatus: 'succeeded', shard: 5 } as const;
    const options = { until: CREATED_AT + 9, limit: 2, now: CREATED_AT };
    const first = await storage.listEnded(query, options);
    expect(first).toMatchObject({
      rows: [{ id: newest?.id }],
      unreadable: [{ message: expect.stringContaining('action') }],
    });
    const second = await storage.listEnded(query, { ...options, after: first.next });
    expect(second).toMatchObject({ rows: [{ id: oldest?.id }], unreadable: [] });
  });
});

function unitsOf(output: object): unknown {
  const capacity: unknown = Reflect.get(output, 'ConsumedCapacity');
  return typeof capacity === 'object' && capacity !== null
    ? Reflect.get(capacity, 'CapacityUnits')
    : undefined;
}
