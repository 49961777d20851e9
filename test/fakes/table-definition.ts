import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** The name of the table that tests use. */
export const TABLE = 'tasks';

/** A table like the product's: one sparse index of keys, one with everything. */
export const TABLE_DEFINITION = {
  TableName: TABLE,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'lookShard', AttributeType: 'S' },
    { AttributeName: 'lookAt', AttributeType: 'N' },
    { AttributeName: 'endShard', AttributeType: 'S' },
    { AttributeName: 'stoppedAt', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byLook',
      KeySchema: [
        { AttributeName: 'lookShard', KeyType: 'HASH' },
        { AttributeName: 'lookAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
    {
      IndexName: 'byEnd',
      KeySchema: [
        { AttributeName: 'endShard', KeyType: 'HASH' },
        { AttributeName: 'stoppedAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
} as const satisfies CreateTableCommandInput;
