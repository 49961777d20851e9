import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  type SQSClient,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';

import { type LocalSqs, startSqs } from '../../../../infra/local/sqs/start-sqs.ts';
import {
  QUEUE,
  connect,
  createQueue,
  letArrive,
  makeDirectory,
  openQueues,
  receive,
} from './local-queues.ts';

describe('a message in the local SQS', () => {
  let sqs: LocalSqs;
  let client: SQSClient;
  let QueueUrl: string;

  beforeEach(async () => {
    ({ sqs, client } = await openQueues());
    QueueUrl = await createQueue(client);
  });

  it('delivers a message with its attributes', async () => {
    const MessageAttributes = { traceparent: { DataType: 'String', StringValue: '00-1-2-01' } };
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'grüße', MessageAttributes }));
    expect(await receive(client, QueueUrl)).toMatchObject([
      { Body: 'grüße', MessageAttributes, Attributes: { ApproximateReceiveCount: '1' } },
    ]);
    expect(await receive(client, QueueUrl)).toEqual([]);
  });

  it('returns the message group and the trace header of a message on a standard queue', async () => {
    const MessageSystemAttributes = {
      AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-2-3' },
    } as const;
    await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'a',
        MessageGroupId: 'tenant',
        MessageSystemAttributes,
      }),
    );
    const [message] = await receive(client, QueueUrl);
    expect(message?.Attributes).toMatchObject({ MessageGroupId: 'tenant', AWSTraceHeader: 'Root=1-2-3' });
    expect(message?.MessageAttributes).toBeUndefined();
  });

  it('returns them to a receiver that waited before they were sent', async () => {
    const received = receive(client, QueueUrl, { WaitTimeSeconds: 20 });
    await letArrive(client, QueueUrl);
    const MessageSystemAttributes = {
      AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-2-3' },
    } as const;
    await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'a',
        MessageGroupId: 'tenant',
        MessageSystemAttributes,
      }),
    );
    expect(await received).toMatchObject([
      { Attributes: { MessageGroupId: 'tenant', AWSTraceHeader: 'Root=1-2-3' } },
    ]);
  });

  it('returns the message groups of a batch', async () => {
    const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: Id, MessageGroupId: `tenant-${Id}` }));
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const groups = (await receive(client, QueueUrl)).map((message) => message.Attributes?.MessageGroupId);
    expect(groups).toEqual(['tenant-a', 'tenant-b']);
  });

  it('returns only the system attributes that were asked for', async () => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageGroupId: 'tenant' }));
    const MessageSystemAttributeNames = ['ApproximateReceiveCount' as const];
    const { Messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames }),
    );
    expect(Messages?.[0]?.Attributes).toEqual({ ApproximateReceiveCount: '1' });
  });

  it.each([901, -1, 1.5])('refuses a delay of %d s', async (DelaySeconds) => {
    await expect(
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', DelaySeconds })),
    ).rejects.toThrow(
      `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
    expect(await receive(client, QueueUrl)).toEqual([]);
  });

  it('hides a delayed message', async () => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', DelaySeconds: 900 }));
    expect(await receive(client, QueueUrl)).toEqual([]);
    const AttributeNames = ['ApproximateNumberOfMessagesDelayed' as const];
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    expect(Attributes).toEqual({ ApproximateNumberOfMessagesDelayed: '1' });
  });

  it('sends the good entries of a batch and names the bad ones', async () => {
    const Entries = [
      { Id: 'good', MessageBody: 'a' },
      { Id: 'late', MessageBody: 'b', DelaySeconds: 901 },
    ];
    const mixed = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(mixed.Successful).toMatchObject([{ Id: 'good' }]);
    expect(mixed.Failed).toMatchObject([{ Id: 'late', SenderFault: true, Code: 'InvalidParameterValue' }]);
    const bad = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: Entries.slice(1) }));
    expect(bad.Successful).toEqual([]);
    expect(bad.Failed).toMatchObject([{ Id: 'late' }]);
    expect(await receive(client, QueueUrl)).toMatchObject([{ Body: 'a' }]);
  });

  it('refuses a batch with one id twice as a whole', async () => {
    const entry = { Id: 'twice', MessageBody: 'a', DelaySeconds: 901 };
    await expect(
      client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [entry, entry] })),
    ).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
  });

  it('refuses a receipt handle that it never gave out', async () => {
    const handle = { QueueUrl, ReceiptHandle: 'garbage' };
    await expect(client.send(new DeleteMessageCommand(handle))).rejects.toBeInstanceOf(
      ReceiptHandleIsInvalid,
    );
    await expect(
      client.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout: 1 })),
    ).rejects.toBeInstanceOf(ReceiptHandleIsInvalid);
    const deletion = await client.send(
      new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'x', ReceiptHandle: 'garbage' }] }),
    );
    expect(deletion.Failed).toMatchObject([{ Id: 'x', Code: 'ReceiptHandleIsInvalid' }]);
    const change = await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [{ Id: 'x', ReceiptHandle: 'garbage', VisibilityTimeout: 1 }],
      }),
    );
    expect(change.Failed).toMatchObject([{ Id: 'x', Code: 'ReceiptHandleIsInvalid' }]);
  });

  it('takes the deletion of a message that is gone for done', async () => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    const [message] = await receive(client, QueueUrl);
    const deletion = new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle });
    await client.send(deletion);
    await expect(client.send(deletion)).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
  });

  it('refuses a visibility timeout above 12 hours', async () => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    await expect(receive(client, QueueUrl, { VisibilityTimeout: 43_201 })).rejects.toThrow(
      'VisibilityTimeout',
    );
    const [message] = await receive(client, QueueUrl, { VisibilityTimeout: 43_200 });
    const change = { QueueUrl, ReceiptHandle: message?.ReceiptHandle };
    await expect(
      client.send(new ChangeMessageVisibilityCommand({ ...change, VisibilityTimeout: 43_201 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await client.send(new ChangeMessageVisibilityCommand({ ...change, VisibilityTimeout: 0 }));
    expect(await receive(client, QueueUrl)).toMatchObject([{ Attributes: { ApproximateReceiveCount: '2' } }]);
  });

  it('names a queue that does not exist', async () => {
    const missing = { QueueUrl: sqs.queueUrl('missing'), MessageBody: 'a', DelaySeconds: 901 };
    await expect(client.send(new SendMessageCommand(missing))).rejects.toBeInstanceOf(QueueDoesNotExist);
  });

  it('moves a message to the dead letters after its last receive', async () => {
    const deadUrl = await createQueue(client, {}, 'dead');
    const AttributeNames = ['QueueArn' as const];
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: deadUrl, AttributeNames }),
    );
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 2 });
    const sourceUrl = await createQueue(client, { RedrivePolicy }, 'source');
    await client.send(
      new SendMessageCommand({ QueueUrl: sourceUrl, MessageBody: 'a', MessageGroupId: 'tenant' }),
    );
    for (const ApproximateReceiveCount of ['1', '2']) {
      const messages = await receive(client, sourceUrl, { VisibilityTimeout: 0 });
      expect(messages).toMatchObject([{ Body: 'a', Attributes: { ApproximateReceiveCount } }]);
      expect(await receive(client, deadUrl)).toEqual([]);
    }
    expect(await receive(client, sourceUrl)).toEqual([]);
    expect(await receive(client, deadUrl)).toMatchObject([
      { Body: 'a', Attributes: { MessageGroupId: 'tenant' } },
    ]);
  });

  it('is gone when the retention of its queue is over', async () => {
    const directory = await makeDirectory();
    const first = await startSqs({ directory });
    const firstClient = connect(first.url);
    const url = await createQueue(firstClient, { MessageRetentionPeriod: '60' });
    for (const MessageBody of ['old', 'young'])
      await firstClient.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
    await first.close();
    const data = new DatabaseSync(join(directory, 'fauxqs.db'));
    data.exec("UPDATE sqs_messages SET sent_timestamp = sent_timestamp - 60001 WHERE body = 'old'");
    data.close();

    const next = await openQueues({ directory });
    expect(await receive(next.client, next.sqs.queueUrl(QUEUE))).toMatchObject([{ Body: 'young' }]);
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const counts = new GetQueueAttributesCommand({ QueueUrl: next.sqs.queueUrl(QUEUE), AttributeNames });
    expect((await next.client.send(counts)).Attributes).toEqual({ ApproximateNumberOfMessages: '0' });
  });
});
