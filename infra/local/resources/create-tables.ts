import {
  CreateTableCommand,
  DescribeTableCommand,
  ResourceNotFoundException,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { isDeepStrictEqual } from 'node:util';
import type { TableDefinition } from '../assembly/read-table.ts';

const MAX_WAIT_SECONDS = 10;

/**
 * Makes the tables exist. A table that is there already keeps its items.
 *
 * @throws Error when an existing table has other keys or indexes than its definition; else whatever DynamoDB answers.
 */
export async function createTables(
  dynamodb: DynamoDBClient,
  tables: readonly TableDefinition[],
): Promise<void> {
  await Promise.all(tables.map((table) => createTable(dynamodb, table)));
}

async function createTable(dynamodb: DynamoDBClient, definition: TableDefinition): Promise<void> {
  const existing = await describe(dynamodb, definition.name);
  if (existing === undefined) {
    await dynamodb.send(new CreateTableCommand(definition.create));
    await waitUntilTableExists(
      { client: dynamodb, maxWaitTime: MAX_WAIT_SECONDS, minDelay: 1, maxDelay: 1 },
      { TableName: definition.name },
    );
  } else if (!isDeepStrictEqual(shape(existing), shape(definition.create))) {
    throw new Error(
      `The table ${definition.name} was created with other keys or indexes than the template now has: delete the data directory, or start with --memory.`,
    );
  } else {
    await setStream(dynamodb, definition, existing);
  }
  await setTimeToLive(dynamodb, definition);
}

async function setStream(
  dynamodb: DynamoDBClient,
  { name: TableName, create }: TableDefinition,
  existing: TableDescription,
): Promise<void> {
  const current = existing.StreamSpecification?.StreamViewType;
  const { StreamSpecification } = create;
  if (current === StreamSpecification?.StreamViewType) return;
  // A stream that is on keeps its view: it must go off for another.
  const steps = [
    ...(current === undefined ? [] : [{ StreamEnabled: false }]),
    ...(StreamSpecification === undefined ? [] : [StreamSpecification]),
  ];
  for (const step of steps) {
    await dynamodb.send(new UpdateTableCommand({ TableName, StreamSpecification: step }));
  }
}

async function setTimeToLive(dynamodb: DynamoDBClient, definition: TableDefinition): Promise<void> {
  const { name: TableName, timeToLiveAttribute: AttributeName } = definition;
  if (AttributeName === undefined) return;
  // Not asked before whether it is set: the local DynamoDB starts without.
  await dynamodb.send(
    new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName } }),
  );
}

async function describe(dynamodb: DynamoDBClient, TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

type Shape = Pick<TableDescription, 'KeySchema' | 'AttributeDefinitions' | 'GlobalSecondaryIndexes'>;

/** What two definitions of the same table have in common, in an order of its own. */
function shape(table: Shape): object {
  const attributes = (table.AttributeDefinitions ?? []).map((a) => `${a.AttributeName} ${a.AttributeType}`);
  const indexes = (table.GlobalSecondaryIndexes ?? []).map((index) => {
    const projected = (index.Projection?.NonKeyAttributes ?? []).toSorted();
    return [index.IndexName, keys(index), index.Projection?.ProjectionType, ...projected].join(' ');
  });
  return { keys: keys(table), attributes: attributes.toSorted(), indexes: indexes.toSorted() };
}

function keys({ KeySchema = [] }: Pick<Shape, 'KeySchema'>): string {
  return KeySchema.map((key) => `${key.AttributeName} ${key.KeyType}`)
    .toSorted()
    .join(' ');
}
