import {
  type AttributeValue,
  BatchWriteItemCommand,
  type ConsumedCapacity,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';

import type { LocalDynamoDb } from '../../../../infra/local/dynamodb/start-dynamodb.ts';
import { TABLE } from '../../../fakes/table-definition.ts';
import { openTable } from './local-database.ts';

const Key = { pk: { S: 'tenant/1' }, sk: { S: 'task' } };
const open = { lookShard: { S: '0' }, lookAt: { N: '100' } };

describe('the consumed capacity of a write', () => {
  let database: LocalDynamoDb;
  let client: DynamoDBClient;

  beforeEach(async () => {
    ({ database, client } = await openTable());
  });

  async function put(
    attributes: Record<string, AttributeValue>,
    detail: 'TOTAL' | 'INDEXES' = 'INDEXES',
  ): Promise<ConsumedCapacity | undefined> {
    const Item = { ...Key, ...attributes };
    const answer = await client.send(
      new PutItemCommand({ TableName: TABLE, Item, ReturnConsumedCapacity: detail }),
    );
    return answer.ConsumedCapacity;
  }

  async function update(
    expression: string,
    values?: Record<string, AttributeValue>,
  ): Promise<ConsumedCapacity | undefined> {
    const answer = await client.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key,
        UpdateExpression: expression,
        ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
        ReturnConsumedCapacity: 'INDEXES',
      }),
    );
    return answer.ConsumedCapacity;
  }

  it('is one unit for a small item that no index holds', async () => {
    expect(await put({})).toEqual({ TableName: TABLE, CapacityUnits: 1, Table: { CapacityUnits: 1 } });
  });

  it('adds one unit for the index entry that a new item gets', async () => {
    expect(await put(open)).toEqual({
      TableName: TABLE,
      CapacityUnits: 2,
      Table: { CapacityUnits: 1 },
      GlobalSecondaryIndexes: { byLook: { CapacityUnits: 1 } },
    });
  });

  it('is a bare total when TOTAL is asked for, indexes included', async () => {
    expect(await put(open, 'TOTAL')).toEqual({ TableName: TABLE, CapacityUnits: 2 });
  });

  it('is not told when nobody asks', async () => {
    const answer = await client.send(new PutItemCommand({ TableName: TABLE, Item: { ...Key, ...open } }));
    expect(answer.ConsumedCapacity).toBeUndefined();
  });

  it('counts started kilobytes of the larger of the item before and after', async () => {
    expect(await put({ text: { S: 'x'.repeat(2500) } })).toMatchObject({ CapacityUnits: 3 });
    expect(await put({})).toMatchObject({ CapacityUnits: 3 });
    expect(await put({})).toMatchObject({ CapacityUnits: 1 });
  });

  it('holds exactly 1,024 bytes in one unit', async () => {
    const keyBytes = 'pk'.length + 'tenant/1'.length + 'sk'.length + 'task'.length;
    const room = 1024 - keyBytes - 't'.length;
    expect(await put({ t: { S: 'x'.repeat(room) } })).toMatchObject({ CapacityUnits: 1 });
    expect(await put({ t: { S: 'x'.repeat(room + 1) } })).toMatchObject({ CapacityUnits: 2 });
  });

  it('adds nothing for an index whose view of the item stays the same', async () => {
    await put(open);
    const capacity = await update('SET attempt = :one', { ':one': { N: '1' } });
    expect(capacity).toEqual({ TableName: TABLE, CapacityUnits: 1, Table: { CapacityUnits: 1 } });
  });

  it('adds two units for an index key that changes', async () => {
    await put(open);
    expect(await update('SET lookAt = :later', { ':later': { N: '200' } })).toMatchObject({
      CapacityUnits: 3,
      GlobalSecondaryIndexes: { byLook: { CapacityUnits: 2 } },
    });
  });

  it('adds one unit for each index that the item leaves or enters', async () => {
    await put(open);
    const capacity = await update('SET endShard = :shard, stoppedAt = :now REMOVE lookShard, lookAt', {
      ':shard': { S: 'succeeded/0' },
      ':now': { N: '300' },
    });
    expect(capacity).toMatchObject({
      CapacityUnits: 3,
      GlobalSecondaryIndexes: { byLook: { CapacityUnits: 1 }, byEnd: { CapacityUnits: 1 } },
    });
  });

  it('adds one unit when an index holds an attribute that changes', async () => {
    await put({ endShard: { S: 'failed/0' }, stoppedAt: { N: '1' } });
    expect(await update('SET message = :text', { ':text': { S: 'late' } })).toMatchObject({
      CapacityUnits: 2,
      GlobalSecondaryIndexes: { byEnd: { CapacityUnits: 1 } },
    });
  });

  it('measures an index entry by what the index holds of the item', async () => {
    const capacity = await put({
      ...open,
      endShard: { S: 'failed/0' },
      stoppedAt: { N: '1' },
      text: { S: 'x'.repeat(1500) },
    });
    expect(capacity).toMatchObject({
      Table: { CapacityUnits: 2 },
      GlobalSecondaryIndexes: { byLook: { CapacityUnits: 1 }, byEnd: { CapacityUnits: 2 } },
    });
  });

  it('of a deletion counts the item that goes, and its index entries', async () => {
    await put({ ...open, text: { S: 'x'.repeat(1500) } });
    const remove = new DeleteItemCommand({ TableName: TABLE, Key, ReturnConsumedCapacity: 'INDEXES' });
    expect((await client.send(remove)).ConsumedCapacity).toMatchObject({
      CapacityUnits: 3,
      GlobalSecondaryIndexes: { byLook: { CapacityUnits: 1 } },
    });
    expect((await client.send(remove)).ConsumedCapacity).toMatchObject({ CapacityUnits: 1 });
  });

  it('of a batch is the sum of its writes', async () => {
    await put(open);
    const answer = await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TABLE]: [
            { DeleteRequest: { Key } },
            { PutRequest: { Item: { ...Key, sk: { S: 'input/1' }, text: { S: 'x'.repeat(1500) } } } },
            { PutRequest: { Item: { ...Key, sk: { S: 'other' }, ...open } } },
          ],
        },
        ReturnConsumedCapacity: 'INDEXES',
      }),
    );
    expect(answer.ConsumedCapacity).toEqual([
      {
        TableName: TABLE,
        CapacityUnits: 6,
        Table: { CapacityUnits: 4 },
        GlobalSecondaryIndexes: { byLook: { CapacityUnits: 2 } },
      },
    ]);
  });

  it('leaves the other members of the answer as they are', async () => {
    await put({ text: { S: 'before' } });
    const answer = await client.send(
      new PutItemCommand({
        TableName: TABLE,
        Item: Key,
        ReturnValues: 'ALL_OLD',
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    expect(answer.Attributes).toEqual({ ...Key, text: { S: 'before' } });
  });

  it('is counted for refused conditions too, by the item they met', async () => {
    await put({ text: { S: 'x'.repeat(1500) } });
    expect(database.writeUnits).toBe(2);
    const again = new PutItemCommand({
      TableName: TABLE,
      Item: Key,
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await expect(client.send(again)).rejects.toThrow('The conditional request failed');
    expect(database.writeUnits).toBe(4);
  });
});
