import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TABLE_DEFINITION } from '../../fakes/table-definition.ts';
import { startDynamoDb } from '../../../infra/local/dynamodb/start-dynamodb.ts';

/** Credentials that are none: nothing here leaves this machine. */
export const localCredentials = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

/** A DynamoDB on this machine and in memory. */
export interface LocalTables {
  readonly url: string;
  readonly client: DynamoDBClient;
  /** Write units since the start, indexes and refused conditions included. */
  writeUnits(): number;
  /** Makes a table with the keys and indexes that the stack gives it; returns its name. */
  createTable(): Promise<string>;
  close(): Promise<void>;
}

/** Starts a DynamoDB on this machine. */
export async function startLocalTables(): Promise<LocalTables> {
  const server = await startDynamoDb({});
  const client = new DynamoDBClient({ ...localCredentials, endpoint: server.url, maxAttempts: 1 });
  let tables = 0;
  return {
    url: server.url,
    client,
    writeUnits: () => server.writeUnits,
    async createTable() {
      tables += 1;
      const TableName = `tasks-${tables}`;
      await client.send(new CreateTableCommand({ ...TABLE_DEFINITION, TableName }));
      return TableName;
    },
    async close() {
      client.destroy();
      await server.close();
    },
  };
}
