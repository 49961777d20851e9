import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSqs } from '../../../infra/local/sqs/start-sqs.ts';
import type { LocalSqs } from '../../../infra/local/sqs/start-sqs.ts';
import { createSqsQueue } from '../../../shared/aws/sqs-queue.ts';
import { describeTaskQueue } from '../../contracts/task-queue.ts';
import { localCredentials } from './local-table.ts';

describe('the queue in SQS', () => {
  let server: LocalSqs;
  let client: SQSClient;
  let queues = 0;
  beforeAll(async () => {
    server = await startSqs({});
    client = new SQSClient({
      ...localCredentials,
      endpoint: server.url,
      useQueueUrlAsEndpoint: false,
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    client.destroy();
    await server.close();
  });

  async function createQueue(): Promise<string> {
    queues += 1;
    const Attributes = { VisibilityTimeout: '60' };
    const { QueueUrl = '' } = await client.send(
      new CreateQueueCommand({ QueueName: `tasks-${queues}`, Attributes }),
    );
    return QueueUrl;
  }

  describeTaskQueue(async () => createSqsQueue({ client, queueUrl: await createQueue() }));

  test('sends the tenant as message group, and the trace as an attribute', async () => {
    const QueueUrl = await createQueue();
    const queue = createSqsQueue({ client, queueUrl: QueueUrl });
    await queue.send({ tenant: 'north', id: '1' }, { traceparent: '00-1-2-03' });
    const { Messages } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        WaitTimeSeconds: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    expect(Messages).toMatchObject([
      {
        Body: '{"tenant":"north","id":"1"}',
        Attributes: { MessageGroupId: 'north' },
        MessageAttributes: { traceparent: { StringValue: '00-1-2-03' } },
      },
    ]);
  });

  test('says that it is unavailable when its queue is not there', async () => {
    const queue = createSqsQueue({ client, queueUrl: server.queueUrl('none') });
    await expect(queue.send({ tenant: 'default', id: '1' })).rejects.toMatchObject({ port: 'queue' });
  });
});
