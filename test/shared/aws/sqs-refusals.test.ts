import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from 'vitest';
import { createSqsQueue } from '../../../shared/aws/sqs-queue.ts';
import type { TaskQueue } from '../../../shared/task/queue.ts';
import { startAnsweringServer } from '../../fakes/answering-server.ts';
import type { AnsweringServer } from '../../fakes/answering-server.ts';
import { localCredentials } from './local-table.ts';

let server: AnsweringServer;
let client: SQSClient;

afterEach(async () => {
  client.destroy();
  await server.close();
});

/** A queue in an SQS that refuses everything so. */
async function queueRefusing(type: string, status = 400): Promise<TaskQueue> {
  server = await startAnsweringServer(() => ({ status, body: { __type: type, message: 'refused' } }));
  client = new SQSClient({
    ...localCredentials,
    endpoint: server.url,
    useQueueUrlAsEndpoint: false,
    maxAttempts: 1,
  });
  return createSqsQueue({ client, queueUrl: `${server.url}/000000000000/tasks` });
}

const calls = [
  ['hiding', 'ChangeMessageVisibility', (queue: TaskQueue) => queue.setVisibility('receipt', 60)],
  ['deleting', 'DeleteMessage', (queue: TaskQueue) => queue.delete('receipt')],
] as const;

describe.each(calls)('%s the message of a delivery', (_name, operation, call) => {
  test.each([
    'com.amazonaws.sqs#InvalidParameterValue',
    'com.amazonaws.sqs#ReceiptHandleIsInvalid',
    'com.amazonaws.sqs#MessageNotInflight',
  ])('that is spent changes nothing, and is no error: %s', async (type) => {
    const queue = await queueRefusing(type);
    await expect(call(queue)).resolves.toBeUndefined();
    expect(server.requests).toMatchObject([{ operation, input: { ReceiptHandle: 'receipt' } }]);
  });

  test.each([
    ['com.amazonaws.sqs#InternalError', 500],
    ['com.amazonaws.sqs#QueueDoesNotExist', 400],
    ['com.amazonaws.sqs#RequestThrottled', 400],
    ['com.amazonaws.sqs#InvalidAddress', 400],
  ])('is impossible when the queue does not do its work: %s', async (type, status) => {
    const queue = await queueRefusing(type, status);
    await expect(call(queue)).rejects.toMatchObject({ name: 'UnavailableError', port: 'queue' });
  });
});

test('sending does not tolerate a value that SQS refuses', async () => {
  const queue = await queueRefusing('com.amazonaws.sqs#InvalidParameterValue');
  await expect(queue.send({ tenant: 'default', id: '1' })).rejects.toMatchObject({ port: 'queue' });
});
