import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';

import { type LocalSqs, type LocalSqsOptions, startSqs } from '../../../../infra/local/sqs/start-sqs.ts';
import { localCredentials } from '../../../shared/aws/local-table.ts';

/** The name of the queue that tests use. */
export const QUEUE = 'tasks';

/** Queues for one test, and a client of them; both are closed when the test ends. */
export async function openQueues(
  options: LocalSqsOptions = {},
): Promise<{ sqs: LocalSqs; client: SQSClient }> {
  const sqs = await startSqs(options);
  onTestFinished(() => sqs.close());
  return { sqs, client: connect(sqs.url) };
}

/** A client like the product's, that tells failures at once. */
export function connect(endpoint: string): SQSClient {
  const client = new SQSClient({
    ...localCredentials,
    endpoint,
    useQueueUrlAsEndpoint: false,
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** Creates a queue and answers its URL. */
export async function createQueue(
  client: SQSClient,
  Attributes: Record<string, string> = {},
  QueueName: string = QUEUE,
): Promise<string> {
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

/** Receives with every attribute there is. */
export async function receive(
  client: SQSClient,
  QueueUrl: string,
  options: { WaitTimeSeconds?: number; VisibilityTimeout?: number } = {},
): Promise<Message[]> {
  const answer = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
      ...options,
    }),
  );
  return answer.Messages ?? [];
}

/** An empty directory, removed when the test ends. */
export async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'task-system-sqs-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** What was sent before is with the server, in this same process, when later calls have come back. */
export async function letArrive(client: SQSClient, QueueUrl: string): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await client.send(new GetQueueAttributesCommand({ QueueUrl }));
}
