import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type SQSClient,
  SendMessageCommand,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import type { LocalSqs } from '../../../../infra/local/sqs/start-sqs.ts';
import { QUEUE, connect, createQueue, makeDirectory, openQueues, receive } from './local-queues.ts';

const SERVER = fileURLToPath(new URL('./serve-sqs.ts', import.meta.url));

describe('a queue whose process is killed', () => {
  let directory: string;
  let child: ChildProcess;
  let client: SQSClient;
  let QueueUrl: string;

  beforeEach(async () => {
    directory = await makeDirectory();
    const server = spawn(process.execPath, [SERVER, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    child = server;
    onTestFinished(() => void server.kill('SIGKILL'));
    const [url] = await once(createInterface(server.stdout), 'line');
    client = connect(String(url));
    QueueUrl = await createQueue(client, { VisibilityTimeout: '43200' });
  }, 20_000);

  async function killAndReopen(): Promise<{ sqs: LocalSqs; client: SQSClient }> {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    return openQueues({ directory });
  }

  async function send(MessageBody: string, options: Partial<SendMessageCommandInput> = {}): Promise<void> {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...options }));
  }

  it('has its messages, with group, trace header and attributes, at its new address', async () => {
    const MessageAttributes = { traceparent: { DataType: 'String', StringValue: '00-1-2-01' } };
    const MessageSystemAttributes = {
      AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1' },
    } as const;
    await send('a', { MessageGroupId: 'tenant', MessageAttributes, MessageSystemAttributes });
    const next = await killAndReopen();
    const { QueueUrl: nextUrl } = await next.client.send(new GetQueueUrlCommand({ QueueName: QUEUE }));
    expect(nextUrl).toBe(next.sqs.queueUrl(QUEUE));
    expect(nextUrl).not.toBe(QueueUrl);
    expect(await receive(next.client, next.sqs.queueUrl(QUEUE))).toMatchObject([
      { Body: 'a', MessageAttributes, Attributes: { MessageGroupId: 'tenant', AWSTraceHeader: 'Root=1' } },
    ]);
  });

  it('keeps hidden what was in flight or delayed, and gone what was deleted', async () => {
    await send('deleted');
    const [deleted] = await receive(client, QueueUrl);
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: deleted?.ReceiptHandle }));
    await send('in flight');
    const [inFlight] = await receive(client, QueueUrl);
    await send('delayed', { DelaySeconds: 900 });
    const next = await killAndReopen();
    const url = next.sqs.queueUrl(QUEUE);
    expect(await receive(next.client, url)).toEqual([]);
    const AttributeNames = ['All' as const];
    const { Attributes } = await next.client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }),
    );
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      VisibilityTimeout: '43200',
    });
    // The old handle still works, as a worker that outlived the queue would use it.
    const release = { QueueUrl: url, ReceiptHandle: inFlight?.ReceiptHandle, VisibilityTimeout: 0 };
    await next.client.send(new ChangeMessageVisibilityCommand(release));
    expect(await receive(next.client, url)).toMatchObject([
      { Body: 'in flight', Attributes: { ApproximateReceiveCount: '2' } },
    ]);
  });

  it('has what was made visible again', async () => {
    await send('released');
    const [message] = await receive(client, QueueUrl);
    const release = { QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 };
    await client.send(new ChangeMessageVisibilityCommand(release));
    const next = await killAndReopen();
    expect(await receive(next.client, next.sqs.queueUrl(QUEUE))).toMatchObject([
      { Body: 'released', Attributes: { ApproximateReceiveCount: '2' } },
    ]);
  });
});
