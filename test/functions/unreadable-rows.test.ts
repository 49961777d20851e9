import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDynamoStorage } from '../../shared/aws/dynamo-storage.ts';
import { shardOf } from '../../shared/task/identity.ts';
import { startAnsweringServer } from '../fakes/answering-server.ts';
import { createFunctionWorld } from '../fakes/function-world.ts';
import { actionOf } from '../fakes/worker-world.ts';
import { localCredentials, startLocalTables } from '../shared/aws/local-table.ts';
import type { LocalTables } from '../shared/aws/local-table.ts';

const MINUTE = 60_000;
const action = actionOf((input) => input);

let local: LocalTables;
let tableName: string;
let world: ReturnType<typeof createFunctionWorld>;

beforeAll(async () => {
  local = await startLocalTables();
});
afterAll(() => local.close());

beforeEach(async () => {
  tableName = await local.createTable();
  world = createFunctionWorld(action, createDynamoStorage({ client: local.client, tableName }));
});

const keyOf = (id: string) => ({ pk: { S: `default/${id}` }, sk: { S: 'task' } });

async function itemOf(id: string) {
  const { Item } = await local.client.send(
    new GetItemCommand({ TableName: tableName, Key: keyOf(id), ConsistentRead: true }),
  );
  return Item;
}

/** Changes an attribute of a row, or removes it, as another version of this project might have written the row. */
async function change(id: string, name: string, value?: AttributeValue): Promise<void> {
  await local.client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: keyOf(id),
      UpdateExpression: value === undefined ? 'REMOVE #name' : 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ...(value !== undefined && { ExpressionAttributeValues: { ':value': value } }),
    }),
  );
}

const succeeded = { body: { finalStatus: 'succeeded', output: 'input' } };
const errorLines = () => world.told().filter((line) => line.startsWith('error'));

describe('a row of a later version, with an attribute that this one does not know', () => {
  test('lives as any other, and keeps the attribute', async () => {
    const id = await world.createdId('input');
    await change(id, 'priority', { S: 'high' });
    expect(await world.fetch(id)).toMatchObject({ status: 200, body: { id, finalStatus: null } });
    await world.run(MINUTE);
    expect(await world.fetch(id)).toMatchObject(succeeded);
    expect(await itemOf(id)).toMatchObject({ priority: { S: 'high' } });
    expect(errorLines()).toEqual([]);
  });
});

describe.each<[string, string, string, AttributeValue | undefined, AttributeValue]>([
  ['lacks an attribute', 'fingerprint', 'fpr', undefined, { S: 'f' }],
  ['has one of another type', 'maxAttempts', 'max', { S: 'three' }, { N: '3' }],
])('a row of another version, that %s', (_name, member, attribute, spoil, mend) => {
  const unreadable = `UnreadableRowError: A task row has no valid ${member}: it was written by something else, or by another version; deploy that version again, or mend the row.`;
  const interrupted = `error | work on a message was interrupted; it comes again | UnavailableError: ${unreadable}`;
  const notLookedAt = `error | the clock could not look at a task; it looks again | UnavailableError: ${unreadable}`;

  /** A task whose row cannot be read. */
  async function spoiled(): Promise<string> {
    const id = await world.createdId('input');
    await change(id, attribute, spoil);
    return id;
  }

  test('is never lost: it is told at each look, and begun once it can be read', async () => {
    const id = await spoiled();
    await world.queue.delete((await world.queue.receive({ max: 1, waitSeconds: 0 }))[0]?.receipt ?? '');
    await world.run(5 * MINUTE);
    const lines = errorLines();
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(new Set(lines)).toEqual(new Set([notLookedAt]));
    expect(world.logger.lines).toContainEqual(expect.objectContaining({ level: 'error', 'task-id': id }));
    await change(id, attribute, mend);
    await world.run(2 * MINUTE);
    expect(await world.fetch(id)).toMatchObject(succeeded);
  });

  test('keeps its message, with a line for each delivery, and then its dead letter', async () => {
    const id = await spoiled();
    await world.run(30_000);
    expect(new Set(errorLines())).toEqual(new Set([interrupted]));
    await world.run(30 * MINUTE);
    expect(new Set(errorLines())).toEqual(new Set([interrupted, notLookedAt]));
    expect(await itemOf(id)).not.toHaveProperty('fin');
    await world.clock.advance(60 * MINUTE);
    expect(await world.deadLetters.countWaiting()).toBe(1);
  });

  test('blocks nothing behind it in its shard', async () => {
    const first = await spoiled();
    let second = '';
    while (second === '' || shardOf(second, 8) !== shardOf(first, 8)) second = await world.createdId('input');
    for (;;) {
      const taken = await world.queue.receive({ max: 10, waitSeconds: 0 });
      if (taken.length === 0) break;
      for (const { receipt } of taken) await world.queue.delete(receipt);
    }
    await world.run(4 * MINUTE);
    expect(await world.fetch(second)).toMatchObject(succeeded);
    expect(await world.fetch(first)).toMatchObject({ status: 503 });
  });

  test('is a 503 for those who fetch it, whose line names the member', async () => {
    const id = await spoiled();
    expect(await world.fetch(id)).toMatchObject({
      status: 503,
      body: { type: 'urn:task-system:unavailable', detail: 'The storage is not available; try again later.' },
    });
    expect(world.logger.lines).toContainEqual(
      expect.objectContaining({ message: 'a request failed', cause: unreadable }),
    );
  });
});

describe('a DynamoDB that has no capacity', () => {
  test.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'InternalServerError'])(
    'is told by its own name, and nothing of the request: %s',
    async (type) => {
      const body = { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'hunter2' };
      const server = await startAnsweringServer(() => ({ status: 400, body }));
      const client = new DynamoDBClient({ ...localCredentials, endpoint: server.url, maxAttempts: 1 });
      world = createFunctionWorld(action, createDynamoStorage({ client, tableName }));
      await world.queue.send({ tenant: 'default', id: 'f'.repeat(32) });
      expect(await world.create('input')).toMatchObject({ status: 503 });
      await world.run(MINUTE + 5000);
      client.destroy();
      await server.close();
      expect(world.logger.lines[0]).toMatchObject({
        message: 'a request failed',
        cause: `UnavailableError: ${type}`,
      });
      expect(errorLines().slice(1)).toEqual([
        ...Array.from(
          { length: 3 },
          () => `error | work on a message was interrupted; it comes again | UnavailableError: ${type}`,
        ),
        `error | open tasks could not be looked at; they are looked at again in a minute | UnavailableError: ${type}`,
      ]);
      expect(JSON.stringify(world.logger.lines)).not.toContain('hunter2');
    },
  );
});
