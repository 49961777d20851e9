import { connect as connectSocket } from 'node:net';

import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';

import type { LocalSqs } from '../../../../infra/local/sqs/start-sqs.ts';
import { createQueue, letArrive, makeDirectory, openQueues, QUEUE, receive } from './local-queues.ts';

const PATIENCE = { timeout: 15_000 };

describe('a receiver that hangs up', () => {
  let sqs: LocalSqs;
  let client: SQSClient;
  let QueueUrl: string;

  beforeEach(async () => {
    ({ sqs, client } = await openQueues());
    QueueUrl = await createQueue(client, { VisibilityTimeout: '43200' });
  });

  it('during a long poll takes no message away from the next one', async () => {
    const impatient = new AbortController();
    const poll = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const hungUp = client.send(poll, { abortSignal: impatient.signal });
    await letArrive(client, QueueUrl);
    impatient.abort();
    await expect(hungUp).rejects.toMatchObject({ name: 'AbortError' });
    await letArrive(client, QueueUrl);
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    expect(await receive(client, QueueUrl)).toMatchObject([
      { Body: 'a', Attributes: { ApproximateReceiveCount: '1' } },
    ]);
  });

  it('during the answer takes no message away from the next one', async () => {
    await hangUpDuringAnswer(sqs, client, QueueUrl);
    expect(await receiveCounts(client, QueueUrl)).toEqual(Array.from({ length: 10 }, () => '1'));
  });
});

it('a receive that nobody took does not count after a restart either', async () => {
  const directory = await makeDirectory();
  const first = await openQueues({ directory });
  const QueueUrl = await createQueue(first.client, { VisibilityTimeout: '43200' });
  await hangUpDuringAnswer(first.sqs, first.client, QueueUrl);
  await first.sqs.close();
  const next = await openQueues({ directory });
  const counts = await receiveCounts(next.client, next.sqs.queueUrl(QUEUE));
  expect(counts).toEqual(Array.from({ length: 10 }, () => '1'));
});

/** Sends ten messages, receives them without reading the answer, and hangs up; back in the queue when it resolves. */
async function hangUpDuringAnswer(sqs: LocalSqs, client: SQSClient, QueueUrl: string): Promise<void> {
  // More than the system buffers for a receiver that does not read.
  for (let turn = 0; turn < 10; turn += 1) {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: `${turn}`.repeat(1_000_000) }));
  }
  const body = JSON.stringify({ QueueUrl, MaxNumberOfMessages: 10 });
  const socket = connectSocket(Number(new URL(sqs.url).port), '127.0.0.1').pause();
  socket.write(
    [
      'POST / HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/x-amz-json-1.0',
      'X-Amz-Target: AmazonSQS.ReceiveMessage',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  );
  await expect.poll(() => countInFlight(client, QueueUrl), PATIENCE).toBe('10');
  socket.destroy();
  await expect.poll(() => countInFlight(client, QueueUrl), PATIENCE).toBe('0');
}

async function receiveCounts(client: SQSClient, QueueUrl: string): Promise<(string | undefined)[]> {
  return (await receive(client, QueueUrl)).map((message) => message.Attributes?.ApproximateReceiveCount);
}

async function countInFlight(client: SQSClient, QueueUrl: string): Promise<string | undefined> {
  const AttributeNames = ['ApproximateNumberOfMessagesNotVisible' as const];
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return Attributes?.ApproximateNumberOfMessagesNotVisible;
}
