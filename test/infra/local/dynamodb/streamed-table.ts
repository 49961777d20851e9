import { CreateTableCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

import type { LocalDynamoDb, LocalDynamoDbOptions } from '../../../../infra/local/dynamodb/start-dynamodb.ts';
import type { StreamRecord } from '../../../../infra/local/dynamodb/stream-record.ts';
import type { TableStream } from '../../../../infra/local/dynamodb/table-stream.ts';
import { TABLE, TABLE_DEFINITION } from '../../../fakes/table-definition.ts';
import { openDatabase } from './local-database.ts';
import { recordTexts } from './record-texts.ts';

/** A table whose stream has both images. */
export const STREAMED_TABLE = {
  ...TABLE_DEFINITION,
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
} as const;

/** A database with a streamed table, made if it is not there, and the table's stream. */
export async function openStreamed(
  options: LocalDynamoDbOptions = {},
): Promise<{ database: LocalDynamoDb; client: DynamoDBClient; stream: TableStream }> {
  const { database, client } = await openDatabase(options);
  if (database.streamOf(STREAM_ARN) === undefined) await client.send(new CreateTableCommand(STREAMED_TABLE));
  return { database, client, stream: streamOf(database) };
}

/** The stream of the table that tests use. */
export function streamOf(database: LocalDynamoDb): TableStream {
  const stream = database.streamOf(STREAM_ARN);
  if (stream === undefined) throw new Error(`There is no stream ${STREAM_ARN}.`);
  return stream;
}

/** Writes an item with a value. */
export async function put(client: DynamoDBClient, pk: string, value: string): Promise<void> {
  await client.send(new PutItemCommand({ TableName: TABLE, Item: { ...keyOf(pk), value: { S: value } } }));
}

/** The key of a test's item. */
export function keyOf(pk: string): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: pk }, sk: { S: 'task' } };
}

/** Records as short texts: `INSERT a - 1`, with the item's key, its value before and its value after. */
export function told(records: Iterable<StreamRecord>): string[] {
  return [...records].map((record) => [record.eventName, ...recordTexts(record)].join(' '));
}

const STREAM_ARN = `arn:aws:dynamodb:us-east-1:000000000000:table/${TABLE}/stream/local`;
