import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { onTestFinished } from 'vitest';

import {
  type LocalDynamoDb,
  type LocalDynamoDbOptions,
  startDynamoDb,
} from '../../../../infra/local/dynamodb/start-dynamodb.ts';
import { TABLE_DEFINITION } from '../../../fakes/table-definition.ts';
import { localCredentials } from '../../../shared/aws/local-table.ts';

/** A database for one test, and a client of it; both are closed when the test ends. */
export async function openDatabase(
  options: LocalDynamoDbOptions = {},
): Promise<{ database: LocalDynamoDb; client: DynamoDBClient }> {
  const database = await startDynamoDb(options);
  onTestFinished(() => database.close());
  return { database, client: connect(database.url) };
}

/** A client that tells failures at once. */
export function connect(endpoint: string): DynamoDBClient {
  const client = new DynamoDBClient({
    ...localCredentials,
    endpoint,
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** A client of a new database with the table in it. */
export async function openTable(
  options: LocalDynamoDbOptions = {},
): Promise<{ database: LocalDynamoDb; client: DynamoDBClient }> {
  const opened = await openDatabase(options);
  await opened.client.send(new CreateTableCommand(TABLE_DEFINITION));
  return opened;
}

/** An empty directory, removed when the test ends. */
export async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'task-system-dynamodb-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
