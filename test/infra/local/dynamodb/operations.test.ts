import { describe, expect, it, onTestFinished } from 'vitest';

import { openEngine } from '../../../../infra/local/dynamodb/engine.ts';
import { answer } from '../../../../infra/local/dynamodb/operations.ts';
import { openTableStreams } from '../../../../infra/local/dynamodb/table-streams.ts';
import { createTables } from '../../../../infra/local/dynamodb/tables.ts';
import { TABLE_DEFINITION } from '../../../fakes/table-definition.ts';

describe('CreateTable', () => {
  it('is answered when the table can be written, not a moment before', async () => {
    const engine = await openEngine(undefined);
    onTestFinished(() => engine.close());
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.CreateTable',
      'x-amz-date': '20260101T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b',
    };
    const tables = createTables(engine, openTableStreams(undefined, Date.now));
    for (const TableName of ['one', 'two', 'three', 'four', 'five']) {
      const body = Buffer.from(JSON.stringify({ ...TABLE_DEFINITION, TableName }));
      const created = await answer(tables, new Map(), { method: 'POST', url: '/', headers, body });
      const Item = { pk: { S: '1' }, sk: { S: 'task' } };
      const written = await engine.call('PutItem', { TableName, Item });
      expect([created.status, written.status]).toEqual([200, 200]);
    }
  });
});
