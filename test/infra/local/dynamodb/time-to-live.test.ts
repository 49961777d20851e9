import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';

import { TABLE, TABLE_DEFINITION } from '../../../fakes/table-definition.ts';
import { openTable } from './local-database.ts';

const NOW_SECONDS = 1_800_000_000;
const now = (): number => NOW_SECONDS * 1000;

function enable(client: DynamoDBClient, AttributeName = 'expiresAt'): Promise<unknown> {
  const TimeToLiveSpecification = { AttributeName, Enabled: true };
  return client.send(new UpdateTimeToLiveCommand({ TableName: TABLE, TimeToLiveSpecification }));
}

async function put(
  client: DynamoDBClient,
  pk: string,
  expiresAt: { N: string } | { S: string },
): Promise<void> {
  const Item = { pk: { S: pk }, sk: { S: 'task' }, lookShard: { S: '0' }, lookAt: { N: '1' }, expiresAt };
  await client.send(new PutItemCommand({ TableName: TABLE, Item }));
}

async function isThere(client: DynamoDBClient, pk: string): Promise<boolean> {
  const Key = { pk: { S: pk }, sk: { S: 'task' } };
  return (await client.send(new GetItemCommand({ TableName: TABLE, Key }))).Item !== undefined;
}

describe('the time to live', () => {
  it('takes away items whose time has passed, and no others', async () => {
    const { client, database } = await openTable({ now });
    await enable(client);
    await put(client, 'passed', { N: String(NOW_SECONDS - 1) });
    await put(client, 'ahead', { N: String(NOW_SECONDS + 1) });
    await put(client, 'text', { S: String(NOW_SECONDS - 1) });
    await put(client, 'milliseconds', { N: String((NOW_SECONDS - 1) * 1000) });
    await put(client, 'six-years-ago', { N: String(NOW_SECONDS - 6 * 366 * 24 * 60 * 60) });
    await database.expireNow();
    expect(await isThere(client, 'passed')).toBe(false);
    for (const pk of ['ahead', 'text', 'milliseconds', 'six-years-ago']) {
      expect({ pk, isThere: await isThere(client, pk) }).toEqual({ pk, isThere: true });
    }
  });

  it('takes an expired item out of the indexes', async () => {
    const { client, database } = await openTable({ now });
    await enable(client);
    await put(client, 'passed', { N: '1799999999' });
    const query = new QueryCommand({
      TableName: TABLE,
      IndexName: 'byLook',
      KeyConditionExpression: 'lookShard = :shard',
      ExpressionAttributeValues: { ':shard': { S: '0' } },
    });
    expect((await client.send(query)).Count).toBe(1);
    await database.expireNow();
    expect((await client.send(query)).Count).toBe(0);
  });

  it('goes through more than one page of a table', async () => {
    const { client, database } = await openTable({ now });
    await enable(client);
    const text = { S: 'x'.repeat(300_000) };
    for (const pk of ['1', '2', '3', '4', '5', '6', '7', '8']) {
      const Item = { pk: { S: pk }, sk: { S: 'task' }, text, expiresAt: { N: '1799999999' } };
      await client.send(new PutItemCommand({ TableName: TABLE, Item }));
    }
    await database.expireNow();
    for (const pk of ['1', '2', '3', '4', '5', '6', '7', '8']) expect(await isThere(client, pk)).toBe(false);
  });

  it('leaves items alone until it is enabled', async () => {
    const { client, database } = await openTable({ now });
    await put(client, 'passed', { N: '1' });
    await database.expireNow();
    expect(await isThere(client, 'passed')).toBe(true);
  });

  it('is described as it was set', async () => {
    const { client } = await openTable();
    const describeIt = new DescribeTimeToLiveCommand({ TableName: TABLE });
    expect((await client.send(describeIt)).TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'DISABLED' });
    await enable(client);
    expect((await client.send(describeIt)).TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expiresAt',
    });
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: TABLE,
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: false },
      }),
    );
    expect((await client.send(describeIt)).TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'DISABLED' });
  });

  it('is not enabled twice, nor by two attributes', async () => {
    const { client } = await openTable();
    await enable(client);
    await expect(enable(client)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'TimeToLive is already enabled',
    });
    await expect(enable(client, 'other')).rejects.toThrow('current AttributeName is expiresAt');
  });

  it('of a table that does not exist is not found', async () => {
    const { client } = await openTable();
    await expect(
      client.send(new DescribeTimeToLiveCommand({ TableName: 'no-such-table' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('does not pass to a new table of the same name', async () => {
    const { client } = await openTable();
    await enable(client);
    await client.send(new DeleteTableCommand({ TableName: TABLE }));
    await client.send(new CreateTableCommand(TABLE_DEFINITION));
    const answer = await client.send(new DescribeTimeToLiveCommand({ TableName: TABLE }));
    expect(answer.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'DISABLED' });
  });
});
