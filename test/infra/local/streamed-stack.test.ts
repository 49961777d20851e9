import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startLocalStack } from '../../../infra/local/local-stack.ts';
import { fixtureFunction, writeAssembly, type FixtureResources } from './fixture-assembly.ts';
import { temporaryDirectory, temporaryDirectoryInRepository } from './temporary-directory.ts';

const attribute = (logicalId: string, name: string): object => ({ 'Fn::GetAtt': [logicalId, name] });

/** Writes each record into a second table; an item whose value is `poison` fails the function, `retry` itself once. */
const EVENTS = `
  const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
  const dynamodb = new DynamoDBClient();
  const seen = new Set();
  exports.handler = async (event) => {
    if (process.env.HANG) await new Promise((resolve) => setTimeout(resolve, 60_000));
    const batchItemFailures = [];
    for (const record of event.Records) {
      const value = record.dynamodb.NewImage?.value?.S;
      const sequence = record.dynamodb.SequenceNumber;
      if (value === 'poison') throw new Error('poisoned');
      if (value === 'retry' && !seen.has(sequence)) {
        seen.add(sequence);
        batchItemFailures.push({ itemIdentifier: sequence });
        break;
      }
      const Item = { pk: { S: sequence }, record: { S: JSON.stringify(record) } };
      await dynamodb.send(new PutItemCommand({ TableName: process.env.SEEN_TABLE, Item }));
    }
    return { batchItemFailures };
  };`;

const UNSTREAMED = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  },
};
const StreamSpecification = { StreamViewType: 'NEW_AND_OLD_IMAGES' };
const Table = { ...UNSTREAMED, Properties: { ...UNSTREAMED.Properties, StreamSpecification } };
const DeadLetters = { Type: 'AWS::SQS::Queue' };

/** The table with a stream, and a function that sees what its filter lets through. */
const RESOURCES: FixtureResources = {
  Table,
  Seen: UNSTREAMED,
  DeadLetters,
  Events: fixtureFunction('Events', { Environment: { Variables: { SEEN_TABLE: { Ref: 'Seen' } } } }),
  Stream: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: attribute('Table', 'StreamArn'),
      FunctionName: { Ref: 'Events' },
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10,
      MaximumRetryAttempts: 1,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FilterCriteria: {
        Filters: [
          { Pattern: '{"dynamodb":{"NewImage":{"value":{"S":[{"anything-but":"silent"}]}}}}' },
          { Pattern: '{"eventName":["REMOVE"]}' },
        ],
      },
      DestinationConfig: { OnFailure: { Destination: attribute('DeadLetters', 'Arn') } },
    },
  },
};

interface Stack {
  readonly dynamodb: DynamoDBClient;
  /** The next message in the queue of discarded records. */
  readonly discarded: () => Promise<unknown>;
  /** What the function saw, as `INSERT a 1`. */
  readonly seen: () => Promise<string[]>;
  readonly close: () => Promise<void>;
}

async function start(
  settings: { readonly dataDirectory?: string; readonly resources?: FixtureResources } = {},
): Promise<Stack> {
  const { resources = RESOURCES, ...rest } = settings;
  const assemblyDirectory = temporaryDirectoryInRepository();
  writeAssembly(assemblyDirectory, resources, { Events: EVENTS });
  const lines: string[] = [];
  const stack = await startLocalStack({
    assemblyDirectory,
    port: 0,
    ...rest,
    print: (line) => lines.push(line),
  });
  onTestFinished(() => stack.close());
  const found = (kind: string): string[] =>
    lines.find((line) => line.startsWith(`${kind} `))?.split(' ') ?? [];
  const client = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const dynamodb = new DynamoDBClient({ ...client, endpoint: found('dynamodb')[1] ?? '' });
  const [, endpoint = '', QueueUrl] = found('sqs');
  const sqs = new SQSClient({ ...client, endpoint, useQueueUrlAsEndpoint: false });
  onTestFinished(() => {
    dynamodb.destroy();
    sqs.destroy();
  });
  return {
    dynamodb,
    close: () => stack.close(),
    async discarded() {
      const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
      const content: unknown = JSON.parse((await sqs.send(receive)).Messages?.[0]?.Body ?? 'null');
      return content;
    },
    async seen() {
      const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: 'Fixture-Seen' }));
      const sorted = Items.toSorted((one, other) => (String(one['pk']?.S) < String(other['pk']?.S) ? -1 : 1));
      return sorted.map((item) => {
        const { eventName, dynamodb: images } = JSON.parse(item['record']?.S ?? '');
        return `${eventName} ${images.Keys.pk.S} ${images.NewImage?.value.S ?? '-'}`;
      });
    },
  };
}

const TableName = 'Fixture-Table';

async function put({ dynamodb }: Stack, pk: string, value: string): Promise<void> {
  await dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, value: { S: value } } }));
}

async function expectSeen(stack: Stack, records: readonly string[]): Promise<void> {
  await vi.waitFor(async () => expect(await stack.seen()).toEqual(records), {
    timeout: 15_000,
    interval: 50,
  });
}

describe('a stack with a streamed table', () => {
  test('invokes the mapped function for every write that its filter lets through', async () => {
    const stack = await start();
    await put(stack, 'a', '1');
    await put(stack, 'a', 'silent');
    const update = {
      UpdateExpression: 'SET #value = :value',
      ExpressionAttributeNames: { '#value': 'value' },
      ExpressionAttributeValues: { ':value': { S: '2' } },
    };
    const Key = { pk: { S: 'a' } };
    await stack.dynamodb.send(new UpdateItemCommand({ TableName, Key, ...update }));
    const batch = [
      { PutRequest: { Item: { pk: { S: 'b' }, value: { S: 'retry' } } } },
      { DeleteRequest: { Key } },
    ];
    await stack.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: batch } }));
    await stack.dynamodb.send(new DeleteItemCommand({ TableName, Key: { pk: { S: 'b' } } }));
    await expectSeen(stack, ['INSERT a 1', 'MODIFY a 2', 'INSERT b retry', 'REMOVE a -', 'REMOVE b -']);
  });

  test('puts a poisoned record into the mapping’s queue, and goes on behind it', async () => {
    const stack = await start();
    await put(stack, 'a', '1');
    await put(stack, 'a', 'poison');
    await put(stack, 'a', '2');
    expect(await stack.discarded()).toMatchObject({
      requestContext: {
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        condition: 'RetryAttemptsExhausted',
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Fixture-Events',
      },
      DDBStreamBatchInfo: { batchSize: 1 },
    });
    await expectSeen(stack, ['INSERT a 1', 'MODIFY a 2']);
  });

  test('tells at its next start what it did not before, and streams a table that it finds without', async () => {
    const dataDirectory = temporaryDirectory();
    const unstreamed = await start({ dataDirectory, resources: { Table: UNSTREAMED, DeadLetters } });
    await put(unstreamed, 'a', 'untold');
    await unstreamed.close();

    const hanging = fixtureFunction('Events', { Environment: { Variables: { HANG: 'yes' } } });
    const first = await start({ dataDirectory, resources: { ...RESOURCES, Events: hanging } });
    await put(first, 'a', 'told');
    await first.close();

    const second = await start({ dataDirectory });
    await expectSeen(second, ['MODIFY a told']);
  });

  test('is refused when the mapping names a stream that no table has', async () => {
    const resources = { ...RESOURCES, Table: UNSTREAMED };
    await expect(start({ resources })).rejects.toThrow('No table has the stream arn:aws:dynamodb');
  });
});
