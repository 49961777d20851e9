import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from 'vitest';
import { createDynamoStorage } from '../../../shared/aws/dynamo-storage.ts';
import { UnavailableError } from '../../../shared/task/errors.ts';
import type { TaskStorage } from '../../../shared/task/storage.ts';
import { CREATED_AT, newRow } from '../../contracts/rows.ts';
import { startAnsweringServer } from '../../fakes/answering-server.ts';
import type { AnsweringServer, AwsAnswer, AwsRequest } from '../../fakes/answering-server.ts';
import { localCredentials } from './local-table.ts';

const TABLE = 'tasks';
const row = newRow();
const keyOf = (ref: string) => ({ pk: { S: `default/${row.id}` }, sk: { S: ref } });
const itemOf = (ref: string, json: string) => ({ ...keyOf(ref), json: { S: json } });

let server: AnsweringServer;
let client: DynamoDBClient;

afterEach(async () => {
  client.destroy();
  await server.close();
});

/** A storage in a DynamoDB that answers so. */
async function storageAt(answer: (request: AwsRequest) => AwsAnswer): Promise<TaskStorage> {
  server = await startAnsweringServer(answer);
  client = new DynamoDBClient({ ...localCredentials, endpoint: server.url, maxAttempts: 1 });
  return createDynamoStorage({ client, tableName: TABLE });
}

describe('a read of the task row', () => {
  test.each([
    ['consistent', {}, true],
    ['consistent when it must be', { eventual: false }, true],
    ['eventual, at half the price, when it may be', { eventual: true }, false],
  ])('is %s', async (_name, options, consistent) => {
    const storage = await storageAt(() => ({ status: 200, body: {} }));
    expect(await storage.get(row, { now: CREATED_AT, ...options })).toBeUndefined();
    expect(server.requests).toEqual([
      {
        operation: 'GetItem',
        input: { TableName: TABLE, Key: keyOf('task'), ConsistentRead: consistent },
      },
    ]);
  });
});

describe('a read of payload rows', () => {
  const asked = (...refs: string[]) => ({
    operation: 'BatchGetItem',
    input: { RequestItems: { [TABLE]: { Keys: refs.map(keyOf), ConsistentRead: true } } },
  });

  test('is consistent, and one request', async () => {
    const Responses = { [TABLE]: [itemOf('input/a', '1'), itemOf('output/b', '2')] };
    const storage = await storageAt(() => ({ status: 200, body: { Responses } }));
    const texts = await storage.getPayloads(row, ['input/a', 'output/b']);
    expect(Object.fromEntries(texts)).toEqual({ 'input/a': '1', 'output/b': '2' });
    expect(server.requests).toEqual([asked('input/a', 'output/b')]);
  });

  test('asks again for what was left unread, and for that alone', async () => {
    const storage = await storageAt(() => {
      if (server.requests.length > 1)
        return { status: 200, body: { Responses: { [TABLE]: [itemOf('output/b', '2')] } } };
      const UnprocessedKeys = { [TABLE]: { Keys: [keyOf('output/b')], ConsistentRead: true } };
      const Responses = { [TABLE]: [itemOf('input/a', '1')] };
      return { status: 200, body: { Responses, UnprocessedKeys } };
    });
    const texts = await storage.getPayloads(row, ['input/a', 'output/b']);
    expect(Object.fromEntries(texts)).toEqual({ 'input/a': '1', 'output/b': '2' });
    expect(server.requests).toEqual([asked('input/a', 'output/b'), asked('output/b')]);
  });

  test('gives up when they stay unread: a row that was not read is not one that is missing', async () => {
    const UnprocessedKeys = { [TABLE]: { Keys: [keyOf('input/a')] } };
    const storage = await storageAt(() => ({ status: 200, body: { UnprocessedKeys } }));
    const reading = storage.getPayloads(row, ['input/a']);
    await expect(reading).rejects.toThrow(UnavailableError);
    await expect(reading).rejects.toMatchObject({ cause: { message: expect.stringContaining('unread') } });
    expect(server.requests).toHaveLength(5);
  });
});
