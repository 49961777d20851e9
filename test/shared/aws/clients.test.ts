import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createDynamoClient, createSqsClient } from '../../../shared/aws/clients.ts';
import { createDynamoStorage } from '../../../shared/aws/dynamo-storage.ts';
import { createSqsQueue } from '../../../shared/aws/sqs-queue.ts';
import { bodyOf } from '../../../shared/task/queue.ts';
import { CREATED_AT, newRow } from '../../contracts/rows.ts';
import { startAnsweringServer } from '../../fakes/answering-server.ts';
import type { AnsweringServer, AwsAnswer } from '../../fakes/answering-server.ts';

const key = { tenant: 'default', id: '1' };

/** A server that answers long polls when a test lets it, and nothing else ever. */
let server: AnsweringServer;
let answerPolls: (answer: AwsAnswer) => void;

beforeAll(async () => {
  const { promise: pollAnswer, resolve } = Promise.withResolvers<AwsAnswer>();
  answerPolls = resolve;
  server = await startAnsweringServer(({ operation }) =>
    operation === 'ReceiveMessage' ? pollAnswer : undefined,
  );
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const count = (operation: string) =>
  server.requests.filter((request) => request.operation === operation).length;

// Each takes the seconds of three time-outs.
describe.concurrent('a service that never answers', () => {
  test('lets no request of the storage hang: three are sent, then it is unavailable', async () => {
    const client = createDynamoClient();
    const storage = createDynamoStorage({ client, tableName: 'tasks' });
    await expect(storage.get(newRow(), { now: CREATED_AT })).rejects.toMatchObject({ port: 'storage' });
    expect(count('GetItem')).toBe(3);
    client.destroy();
  });

  test('lets no request of the queue hang, and cuts no long poll meanwhile', async () => {
    const client = createSqsClient();
    const queue = createSqsQueue({ client, queueUrl: 'http://queue.invalid/000000000000/tasks' });
    const polling = queue.receive({ max: 1, waitSeconds: 20 });
    await expect(queue.send(key)).rejects.toMatchObject({ port: 'queue' });
    expect(count('SendMessage')).toBe(3);
    const MD5OfBody = createHash('md5').update(bodyOf(key)).digest('hex');
    const Messages = [{ MessageId: '1', ReceiptHandle: 'r', Body: bodyOf(key), MD5OfBody }];
    answerPolls({ status: 200, body: { Messages } });
    expect(await polling).toEqual([{ body: bodyOf(key), receipt: 'r', receiveCount: 1 }]);
    expect(count('ReceiveMessage')).toBe(1);
    client.destroy();
  });
});
