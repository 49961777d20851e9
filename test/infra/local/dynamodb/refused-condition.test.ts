import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';

import { TABLE } from '../../../fakes/table-definition.ts';
import { openTable } from './local-database.ts';

const Key = { pk: { S: 'tenant/1' }, sk: { S: 'task' } };
const Item = { ...Key, state: { S: 'started' }, bytes: { B: Uint8Array.of(1, 2, 255) } };

/** Answers what a refusal showed; nothing when the write took place. */
async function flip(
  client: DynamoDBClient,
  from: string,
  to: string,
): Promise<{ from: string; shown: string | undefined } | undefined> {
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key,
        UpdateExpression: 'SET #s = :to',
        ConditionExpression: '#s = :from',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':from': { S: from }, ':to': { S: to } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { from, shown: error.Item?.['state']?.S };
  }
}

describe('a refused condition', () => {
  let client: DynamoDBClient;

  beforeEach(async () => {
    ({ client } = await openTable());
    await client.send(new PutItemCommand({ TableName: TABLE, Item }));
  });

  const refusedWrites = {
    PutItem: () =>
      client.send(
        new PutItemCommand({
          TableName: TABLE,
          Item: Key,
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    UpdateItem: () =>
      client.send(
        new UpdateItemCommand({
          TableName: TABLE,
          Key,
          UpdateExpression: 'SET #s = :stopped',
          ConditionExpression: '#s = :stopped',
          ExpressionAttributeNames: { '#s': 'state' },
          ExpressionAttributeValues: { ':stopped': { S: 'stopped' } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    DeleteItem: () =>
      client.send(
        new DeleteItemCommand({
          TableName: TABLE,
          Key,
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
  };

  it.each(['PutItem', 'UpdateItem', 'DeleteItem'] as const)(
    'of %s carries the item that refused it',
    async (name) => {
      const error = await refusedWrites[name]().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ConditionalCheckFailedException);
      expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', Item });
    },
  );

  it('carries no item unless it was asked for', async () => {
    const error = await client
      .send(
        new PutItemCommand({ TableName: TABLE, Item: Key, ConditionExpression: 'attribute_not_exists(pk)' }),
      )
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error).not.toHaveProperty('Item', expect.anything());
  });

  it('carries no item when there was none', async () => {
    const error = await client
      .send(
        new DeleteItemCommand({
          TableName: TABLE,
          Key: { ...Key, sk: { S: 'other' } },
          ConditionExpression: 'attribute_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error).not.toHaveProperty('Item', expect.anything());
  });

  it('reaches a document client with its item', async () => {
    const documents = DynamoDBDocumentClient.from(client);
    const error = await documents
      .send(
        new PutCommand({
          TableName: TABLE,
          Item: { pk: 'tenant/1', sk: 'task' },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { state: { S: 'started' } },
    });
  });

  it('shows an item that contradicts it, however many writers there are', async () => {
    // Forty one way and twenty back: at most 21 of the forty can succeed.
    const flips = Array.from({ length: 60 }, (_, turn) =>
      turn % 3 === 0 ? flip(client, 'stopped', 'started') : flip(client, 'started', 'stopped'),
    );
    const refusals = (await Promise.all(flips)).filter((refusal) => refusal !== undefined);
    expect(refusals.length).toBeGreaterThanOrEqual(19);
    for (const { from, shown } of refusals) expect(shown).toBe(from === 'started' ? 'stopped' : 'started');
  });
});
