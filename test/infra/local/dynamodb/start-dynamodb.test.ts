import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { crc32 } from 'node:zlib';

import {
  CreateTableCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';

import { startDynamoDb } from '../../../../infra/local/dynamodb/start-dynamodb.ts';
import { TABLE, TABLE_DEFINITION } from '../../../fakes/table-definition.ts';
import { connect, makeDirectory, openDatabase, openTable } from './local-database.ts';

const SIGNED = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b',
};

function digest(data: Uint8Array = new Uint8Array()): string {
  return createHash('sha256').update(data).digest('hex');
}

describe('the local DynamoDB', () => {
  it('creates a table by a definition made for AWS, ready when the answer comes', async () => {
    const { client } = await openDatabase();
    await client.send(
      new CreateTableCommand({
        ...TABLE_DEFINITION,
        DeletionProtectionEnabled: true,
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
        SSESpecification: { Enabled: true, SSEType: 'KMS' },
        TableClass: 'STANDARD',
        Tags: [{ Key: 'project', Value: 'task-system' }],
      }),
    );
    const { Table } = await client.send(new DescribeTableCommand({ TableName: TABLE }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      GlobalSecondaryIndexes: [
        { IndexName: 'byLook', IndexStatus: 'ACTIVE' },
        { IndexName: 'byEnd', IndexStatus: 'ACTIVE' },
      ],
    });
  });

  it('gives back what was put, bytes and numbers as they were', async () => {
    const { client } = await openTable();
    const bytes = randomBytes(300_000);
    const Item = { pk: { S: 'ä/1' }, sk: { S: 'input' }, bytes: { B: bytes }, n: { N: '1795493422779' } };
    await client.send(new PutItemCommand({ TableName: TABLE, Item }));
    const answer = await client.send(
      new GetItemCommand({ TableName: TABLE, Key: { pk: { S: 'ä/1' }, sk: { S: 'input' } } }),
    );
    expect(digest(answer.Item?.['bytes']?.B)).toBe(digest(bytes));
    expect(answer.Item?.['n']).toEqual(Item.n);
  });

  it('queries an index in the order of its key', async () => {
    const { client } = await openTable();
    for (const lookAt of ['30', '4', '200']) {
      const Item = {
        pk: { S: `t/${lookAt}` },
        sk: { S: 'task' },
        lookShard: { S: '0' },
        lookAt: { N: lookAt },
      };
      await client.send(new PutItemCommand({ TableName: TABLE, Item }));
    }
    const { Items } = await client.send(
      new QueryCommand({
        TableName: TABLE,
        IndexName: 'byLook',
        KeyConditionExpression: 'lookShard = :shard AND lookAt < :before',
        ExpressionAttributeValues: { ':shard': { S: '0' }, ':before': { N: '100' } },
      }),
    );
    expect(Items?.map((item) => item['lookAt']?.N)).toEqual(['4', '30']);
  });

  it('refuses an operation that it does not know by its name', async () => {
    const { client } = await openTable();
    const Put = { TableName: TABLE, Item: { pk: { S: '1' }, sk: { S: 'task' } } };
    await expect(
      client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] })),
    ).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('TransactWriteItems'),
    });
  });

  it('refuses a table with local secondary indexes, whose units it does not count', async () => {
    const { client } = await openDatabase();
    const LocalSecondaryIndexes = [
      {
        IndexName: 'local',
        KeySchema: TABLE_DEFINITION.KeySchema,
        Projection: { ProjectionType: 'ALL' as const },
      },
    ];
    await expect(
      client.send(new CreateTableCommand({ ...TABLE_DEFINITION, LocalSecondaryIndexes })),
    ).rejects.toThrow(`The local DynamoDB knows no LocalSecondaryIndexes, which ${TABLE} has`);
  });

  it('passes the errors of dynalite through', async () => {
    const { client } = await openTable();
    const Item = { pk: { S: '1' } };
    await expect(client.send(new PutItemCommand({ TableName: TABLE, Item }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Missing the key sk in the item'),
    });
    await expect(client.send(new PutItemCommand({ TableName: 'no-such-table', Item }))).rejects.toMatchObject(
      {
        name: 'ResourceNotFoundException',
      },
    );
  });

  it('answers a body sent in chunks, with a checksum that fits the answer', async () => {
    const { database } = await openTable();
    const answer = await new Promise<{
      headers: NodeJS.Dict<string | string[]>;
      content: unknown;
      body: string;
    }>((resolve, reject) => {
      const headers = {
        ...SIGNED,
        'x-amz-target': 'DynamoDB_20120810.PutItem',
        'transfer-encoding': 'chunked',
      };
      const put = request(database.url, { method: 'POST', headers }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ headers: response.headers, content: JSON.parse(body), body }));
      });
      put.on('error', reject);
      const text = JSON.stringify({
        TableName: TABLE,
        Item: { pk: { S: 'ü' }, sk: { S: 'task' } },
        ReturnConsumedCapacity: 'TOTAL',
      });
      put.write(text.slice(0, 30));
      put.end(text.slice(30));
    });
    expect(answer.content).toEqual({ ConsumedCapacity: { TableName: TABLE, CapacityUnits: 1 } });
    expect(Number(answer.headers['x-amz-crc32'])).toBe(crc32(answer.body));
    expect(answer.headers['x-amzn-requestid']).toEqual(expect.any(String));
  });

  it.each([
    ['without JSON', 'PutItem', '{', 400],
    ['without a table', 'PutItem', '{}', 400],
    ['with null', 'PutItem', 'null', 500],
    ['with a batch of nothing', 'BatchWriteItem', '{"RequestItems":{}}', 400],
    ['with a batch of nonsense', 'BatchWriteItem', '{"RequestItems":{"tasks":[{}]}}', 400],
    ['with a batch for no table', 'BatchWriteItem', '{"RequestItems":7}', 400],
  ])('answers a body %s with an error and goes on', async (_what, operation, body, status) => {
    const { database, client } = await openTable();
    const headers = { ...SIGNED, 'x-amz-target': `DynamoDB_20120810.${operation}` };
    const answer = await fetch(database.url, { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    await client.send(new DescribeTableCommand({ TableName: TABLE }));
  });

  it('tells a look from a browser that it is there', async () => {
    const { database } = await openDatabase();
    expect(await (await fetch(database.url)).text()).toContain('healthy: dynamodb');
  });

  it('listens on 127.0.0.1', async () => {
    const { database } = await openDatabase();
    expect(new URL(database.url).hostname).toBe('127.0.0.1');
    await expect(fetch(database.url.replace('127.0.0.1', '[::1]'))).rejects.toThrow('fetch failed');
  });

  it('names the port that is taken, and the cure', async () => {
    const { database } = await openDatabase();
    const port = Number(new URL(database.url).port);
    await expect(startDynamoDb({ port })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken: stop the process that holds it, or choose another port`,
    );
  });

  it('names the directory that another instance has open, and the cure', async () => {
    const directory = await makeDirectory();
    const first = await startDynamoDb({ directory });
    try {
      await expect(startDynamoDb({ directory })).rejects.toThrow(
        `${directory} is in use by the process ${process.pid}: stop it, or name another directory with --data, or use --memory.`,
      );
    } finally {
      await first.close();
    }
    const next = await startDynamoDb({ directory });
    await next.close();
  });

  it('frees the directory when the port turns out to be taken', async () => {
    const directory = await makeDirectory();
    const { database } = await openDatabase();
    await expect(startDynamoDb({ directory, port: Number(new URL(database.url).port) })).rejects.toThrow(
      'is taken',
    );
    const next = await startDynamoDb({ directory });
    await next.close();
  });

  it('listens no more once it is closed, whoever is still connected', async () => {
    const database = await startDynamoDb();
    const { url } = database;
    await connect(url).send(new CreateTableCommand(TABLE_DEFINITION));
    await database.close();
    const look = new DescribeTableCommand({ TableName: TABLE });
    await expect(connect(url).send(look)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
