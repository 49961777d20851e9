import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  type StreamViewType,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';

import { TABLE, TABLE_DEFINITION } from '../../../fakes/table-definition.ts';
import { makeDirectory, openTable } from './local-database.ts';
import { keyOf, openStreamed, put, STREAMED_TABLE, streamOf, told } from './streamed-table.ts';

const NOW_SECONDS = 1_800_000_000;
const HOUR_MS = 60 * 60 * 1000;

describe('the stream of a table', () => {
  it('tells of puts, updates and deletes, in order, with the images around them', async () => {
    const { client, stream } = await openStreamed({ now: () => NOW_SECONDS * 1000 + 999 });
    await put(client, 'a', '1');
    await client.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: keyOf('a'),
        UpdateExpression: 'SET #value = :value',
        ExpressionAttributeNames: { '#value': 'value' },
        ExpressionAttributeValues: { ':value': { S: '2' } },
      }),
    );
    await client.send(new DeleteItemCommand({ TableName: TABLE, Key: keyOf('a') }));
    const records = [...stream.records()];
    expect(told(records)).toEqual(['INSERT a - 1', 'MODIFY a 1 2', 'REMOVE a 2 -']);
    expect(records[1]).toEqual({
      eventID: expect.stringMatching(/^[\da-f]{32}$/),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/tasks/stream/local',
      dynamodb: {
        ApproximateCreationDateTime: NOW_SECONDS,
        Keys: keyOf('a'),
        OldImage: { ...keyOf('a'), value: { S: '1' } },
        NewImage: { ...keyOf('a'), value: { S: '2' } },
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        SizeBytes: 9 + 15 + 15,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    const sequence = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect(sequence.toSorted()).toEqual(sequence);
    expect(new Set(records.map(({ eventID }) => eventID)).size).toBe(3);
    expect([...stream.records()]).toEqual(records);
  });

  it('tells of every item of a batch', async () => {
    const { client, stream } = await openStreamed();
    await put(client, 'b', '1');
    await put(client, 'c', '1');
    const RequestItems = {
      [TABLE]: [
        { PutRequest: { Item: { ...keyOf('a'), value: { S: '1' } } } },
        { PutRequest: { Item: { ...keyOf('b'), value: { S: '2' } } } },
        { DeleteRequest: { Key: keyOf('c') } },
        { DeleteRequest: { Key: keyOf('never') } },
      ],
    };
    await client.send(new BatchWriteItemCommand({ RequestItems }));
    expect(told(stream.records()).slice(2)).toEqual(['INSERT a - 1', 'MODIFY b 1 2', 'REMOVE c 1 -']);
  });

  it('tells of what the time to live takes away, and who did it', async () => {
    const { client, database, stream } = await openStreamed({ now: () => NOW_SECONDS * 1000 });
    const TimeToLiveSpecification = { AttributeName: 'expiresAt', Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName: TABLE, TimeToLiveSpecification }));
    const Item = { ...keyOf('a'), expiresAt: { N: String(NOW_SECONDS - 1) } };
    await client.send(new PutItemCommand({ TableName: TABLE, Item }));
    await put(client, 'b', '1');
    await client.send(new DeleteItemCommand({ TableName: TABLE, Key: keyOf('b') }));
    await database.expireNow();
    const removals = [...stream.records()].filter(({ eventName }) => eventName === 'REMOVE');
    expect(told(removals)).toEqual(['REMOVE b 1 -', 'REMOVE a - -']);
    expect(removals.map(({ userIdentity }) => userIdentity)).toEqual([
      undefined,
      { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    ]);
  });

  it('tells nothing of a write that changes nothing or is refused', async () => {
    const { client, stream } = await openStreamed();
    await put(client, 'a', '1');
    await put(client, 'a', '1');
    await client.send(new DeleteItemCommand({ TableName: TABLE, Key: keyOf('never') }));
    const ConditionExpression = 'attribute_not_exists(pk)';
    const Item = { ...keyOf('a'), value: { S: '2' } };
    const refused = new PutItemCommand({ TableName: TABLE, Item, ConditionExpression });
    await expect(client.send(refused)).rejects.toThrow('conditional');
    const malformed = new PutItemCommand({ TableName: TABLE, Item: { pk: { S: 'a' } } });
    await expect(client.send(malformed)).rejects.toThrow('key');
    await put(client, 'b', '1');
    expect(told(stream.records())).toEqual(['INSERT a - 1', 'INSERT b - 1']);
  });

  it('keeps the order of each item’s writes, however many writers there are', async () => {
    const { client, stream } = await openStreamed();
    const write = async (writer: number): Promise<void> => {
      for (let turn = 0; turn < 10; turn += 1) await put(client, 'a', `${writer}/${turn}`);
    };
    await Promise.all([1, 2, 3, 4].map(write));
    const records = [...stream.records()];
    expect(records).toHaveLength(40);
    const befores = records.map(({ dynamodb }) => dynamodb.OldImage);
    const afters = records.map(({ dynamodb }) => dynamodb.NewImage);
    expect(befores).toEqual([undefined, ...afters.slice(0, -1)]);
  });

  it.each<[StreamViewType, string[]]>([
    ['KEYS_ONLY', []],
    ['NEW_IMAGE', ['NewImage']],
    ['OLD_IMAGE', ['OldImage']],
    ['NEW_AND_OLD_IMAGES', ['NewImage', 'OldImage']],
  ])('shows with the view %s the images %j', async (StreamViewType, images) => {
    const { client, database } = await openTable();
    const StreamSpecification = { StreamEnabled: true, StreamViewType };
    await client.send(new UpdateTableCommand({ TableName: TABLE, StreamSpecification }));
    await put(client, 'a', '1');
    await put(client, 'a', '2');
    const [, record] = streamOf(database).records();
    expect(record?.eventName).toBe('MODIFY');
    expect(Object.keys(record?.dynamodb ?? {}).filter((name) => name.endsWith('Image'))).toEqual(images);
  });

  it('forgets what is older than a day', async () => {
    let nowMs = 0;
    const { client, stream } = await openStreamed({ now: () => nowMs });
    await put(client, 'a', '1');
    nowMs = 23 * HOUR_MS;
    await put(client, 'b', '1');
    expect(told(stream.records())).toEqual(['INSERT a - 1', 'INSERT b - 1']);
    nowMs = 25 * HOUR_MS;
    expect(told(stream.records())).toEqual(['INSERT b - 1']);
  });

  it('is described, switched off and switched on', async () => {
    const { client, stream } = await openStreamed();
    const describeIt = new DescribeTableCommand({ TableName: TABLE });
    expect((await client.send(describeIt)).Table).toMatchObject({
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      LatestStreamArn: stream.arn,
    });
    const off = new UpdateTableCommand({ TableName: TABLE, StreamSpecification: { StreamEnabled: false } });
    await client.send(off);
    await put(client, 'a', 'untold');
    expect((await client.send(describeIt)).Table?.LatestStreamArn).toBeUndefined();
    await expect(client.send(off)).rejects.toThrow('has no enabled stream');
    const { StreamSpecification } = STREAMED_TABLE;
    const on = new UpdateTableCommand({ TableName: TABLE, StreamSpecification });
    await client.send(on);
    await put(client, 'a', 'told');
    await expect(client.send(on)).rejects.toThrow('already has an enabled stream');
    expect(told(stream.records())).toEqual(['MODIFY a untold told']);
  });

  it('does not pass to a new table of the same name', async () => {
    const { client, stream } = await openStreamed();
    await client.send(new DeleteTableCommand({ TableName: TABLE }));
    await client.send(new CreateTableCommand(TABLE_DEFINITION));
    await put(client, 'a', '1');
    expect(told(stream.records())).toEqual([]);
  });

  it('is refused when it is specified wrongly, and an update of anything else too', async () => {
    const { client } = await openTable();
    const update = (input: object): Promise<unknown> =>
      client.send(new UpdateTableCommand({ TableName: TABLE, ...input }));
    await expect(update({ StreamSpecification: { StreamEnabled: true } })).rejects.toThrow('StreamViewType');
    await expect(update({ BillingMode: 'PROVISIONED' })).rejects.toThrow('not BillingMode');
    const wrong = { ...TABLE_DEFINITION, TableName: 'other', StreamSpecification: { StreamEnabled: true } };
    await expect(client.send(new CreateTableCommand(wrong))).rejects.toThrow('StreamViewType');
    const elsewhere = { TableName: 'nowhere', StreamSpecification: { StreamEnabled: false } };
    await expect(client.send(new UpdateTableCommand(elsewhere))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('the reader of a stream', () => {
  it('starts where it says, the first time only', async () => {
    const { client, stream } = await openStreamed();
    await put(client, 'a', '1');
    stream.startFrom('LATEST');
    await put(client, 'b', '1');
    stream.startFrom('LATEST');
    expect(told(stream.records())).toEqual(['INSERT b - 1']);
  });

  it('finds after a restart what it has not passed, as it was then', async () => {
    const directory = await makeDirectory();
    const first = await openStreamed({ directory });
    first.stream.startFrom('TRIM_HORIZON');
    for (const value of ['1', '2', '3']) await put(first.client, 'a', value);
    const [passed] = first.stream.records();
    first.stream.pass(passed?.dynamodb.SequenceNumber ?? '');
    const left = [...first.stream.records()];
    await first.database.close();

    const { client, stream } = await openStreamed({ directory });
    stream.startFrom('LATEST');
    expect([...stream.records()]).toEqual(left);
    await put(client, 'a', '4');
    expect(told(stream.records())).toEqual(['MODIFY a 1 2', 'MODIFY a 2 3', 'MODIFY a 3 4']);
  });

  it('is woken by a record, and by its own stop', async () => {
    const { client, stream } = await openStreamed();
    const stop = new AbortController();
    const grown = stream.grown(stop.signal);
    await put(client, 'a', '1');
    await expect(grown).resolves.toBeUndefined();
    const again = stream.grown(stop.signal);
    stop.abort();
    await expect(again).resolves.toBeUndefined();
    await expect(stream.grown(stop.signal)).resolves.toBeUndefined();
  });
});
