import { afterAll, beforeAll, describe } from 'vitest';
import { createDynamoStorage } from '../../../shared/aws/dynamo-storage.ts';
import { describeRandomUseOfService } from '../../contracts/random-use-of-service.ts';
import { startLocalTables } from './local-table.ts';
import type { LocalTables } from './local-table.ts';

describe('a task service over the storage in DynamoDB', () => {
  let local: LocalTables;
  beforeAll(async () => {
    local = await startLocalTables();
  });
  afterAll(() => local.close());

  describeRandomUseOfService(
    async () => createDynamoStorage({ client: local.client, tableName: await local.createTable() }),
    { inOrder: 10, atOnce: 20 },
  );
});
