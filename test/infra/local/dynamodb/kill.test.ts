import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

import {
  CreateTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { create } from 'dynalite/db/index.js';
import { describe, expect, it, onTestFinished } from 'vitest';

import { startDynamoDb } from '../../../../infra/local/dynamodb/start-dynamodb.ts';
import { TABLE, TABLE_DEFINITION } from '../../../fakes/table-definition.ts';
import { connect, makeDirectory, openDatabase } from './local-database.ts';

const SERVER = fileURLToPath(new URL('./serve-dynamodb.ts', import.meta.url));

async function serve(directory: string): Promise<{ client: DynamoDBClient; child: ChildProcess }> {
  const child = spawn(process.execPath, [SERVER, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [url] = await once(createInterface(child.stdout), 'line');
  return { client: connect(String(url)), child };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function lookKeys(client: DynamoDBClient): Promise<string[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: TABLE,
      IndexName: 'byLook',
      KeyConditionExpression: 'lookShard = :shard',
      ExpressionAttributeValues: { ':shard': { S: '0' } },
    }),
  );
  return Items.map((item) => item['pk']?.S ?? '').toSorted();
}

describe('a database whose process is killed', () => {
  it('has lost nothing that was acknowledged, and its indexes agree with its items', async () => {
    const directory = await makeDirectory();
    const { client, child } = await serve(directory);
    await client.send(new CreateTableCommand(TABLE_DEFINITION));
    const acknowledged = new Map<string, 'open' | 'ended'>();
    const write = async (worker: number): Promise<void> => {
      for (let turn = 0; ; turn += 1) {
        const pk = `${worker}/${turn}`;
        const Key = { pk: { S: pk }, sk: { S: 'task' } };
        const look = { lookShard: { S: '0' }, lookAt: { N: '1' } };
        await client.send(new PutItemCommand({ TableName: TABLE, Item: { ...Key, ...look } }));
        acknowledged.set(pk, 'open');
        if (acknowledged.size === 150) child.kill('SIGKILL');
        if (turn % 2 === 0) continue;
        const UpdateExpression = 'REMOVE lookShard, lookAt';
        await client.send(new UpdateItemCommand({ TableName: TABLE, Key, UpdateExpression }));
        acknowledged.set(pk, 'ended');
      }
    };
    await Promise.allSettled([1, 2, 3, 4, 5].map(write));
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(acknowledged.size).toBeGreaterThanOrEqual(150);

    const { client: next } = await openDatabase({ directory });
    const found = new Set(await lookKeys(next));
    for (const [pk, state] of acknowledged) {
      const { Item } = await next.send(
        new GetItemCommand({ TableName: TABLE, Key: { pk: { S: pk }, sk: { S: 'task' } } }),
      );
      expect(Item).toBeDefined();
      const isOpen = Item?.['lookShard'] !== undefined;
      expect(state === 'ended' && isOpen).toBe(false);
      expect(found.has(pk)).toBe(isOpen);
    }
  });

  it('is marked for repair, and a closed one is not', async () => {
    const directory = await makeDirectory();
    const mark = join(directory, 'tables.unclean');
    const { child } = await serve(directory);
    await kill(child);
    expect(existsSync(mark)).toBe(true);
    const next = await startDynamoDb({ directory });
    await next.close();
    expect(existsSync(mark)).toBe(false);
  });

  it('frees its directory', async () => {
    const directory = await makeDirectory();
    const { child } = await serve(directory);
    await expect(startDynamoDb({ directory })).rejects.toThrow(`in use by the process ${child.pid}`);
    await kill(child);
    await openDatabase({ directory });
  });

  it('gets back what it had half written', async () => {
    const directory = await makeDirectory();
    const { client, child } = await serve(directory);
    await client.send(new CreateTableCommand(TABLE_DEFINITION));
    for (const pk of ['a', 'b']) {
      const Item = { pk: { S: pk }, sk: { S: 'task' }, lookShard: { S: '0' }, lookAt: { N: '1' } };
      await client.send(new PutItemCommand({ TableName: TABLE, Item }));
    }
    await kill(child);

    const { db } = create({ path: join(directory, 'tables') });
    await db.open();
    const entries: string[] = [];
    const prefix = `index-global~${TABLE}~byLook~`;
    for await (const [key] of db.iterator({ gte: prefix, lt: `${prefix}~` })) entries.push(key);
    const [lost = ''] = entries;
    const ghost = { pk: { S: 'ghost' }, sk: { S: 'task' }, lookShard: { S: '0' }, lookAt: { N: '1' } };
    await db.batch([
      { type: 'del', key: lost },
      { type: 'put', key: `${prefix}ghost`, value: ghost },
    ]);
    await db.close();
    expect(entries).toHaveLength(2);

    const { client: next } = await openDatabase({ directory });
    expect(await lookKeys(next)).toEqual(['a', 'b']);
  });
});
