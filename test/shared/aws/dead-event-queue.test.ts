import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSqs } from '../../../infra/local/sqs/start-sqs.ts';
import type { LocalSqs } from '../../../infra/local/sqs/start-sqs.ts';
import { createDeadEventQueue } from '../../../shared/aws/dead-event-queue.ts';
import { localCredentials } from './local-table.ts';

let server: LocalSqs;
let client: SQSClient;
let queueUrl: string;

beforeAll(async () => {
  server = await startSqs({});
  client = new SQSClient({ ...localCredentials, endpoint: server.url, useQueueUrlAsEndpoint: false });
  ({ QueueUrl: queueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: 'refused-events' })));
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

async function kept() {
  const command = new ReceiveMessageCommand({ QueueUrl: queueUrl, MessageAttributeNames: ['All'] });
  const { Messages = [] } = await client.send(command);
  return Messages[0];
}

test('an event is kept as it is, with the code and the reason beside it', async () => {
  await createDeadEventQueue({ client, queueUrl }).keep('{"a":1}', {
    code: 'input-rejected',
    message: 'No, ü.',
  });
  expect(await kept()).toMatchObject({
    Body: '{"a":1}',
    MessageAttributes: {
      ERROR_CODE: { DataType: 'String', StringValue: 'input-rejected' },
      ERROR_MESSAGE: { DataType: 'String', StringValue: 'No, ü.' },
    },
  });
});

test('a reason is cut, and made printable, rather than refused by SQS', async () => {
  const message = `a\u0000b\uD800c${'x'.repeat(5000)}`;
  await createDeadEventQueue({ client, queueUrl }).keep('{}', { code: 'c', message });
  const text = (await kept())?.MessageAttributes?.['ERROR_MESSAGE']?.StringValue ?? '';
  expect(text.slice(0, 6)).toBe('a\uFFFDb\uFFFDcx');
  expect(text).toHaveLength(1024);
});

test('an event with characters that SQS does not take is kept all the same, and reads as before', async () => {
  const body = JSON.stringify({ text: 'a\uFFFEb\uFFFF' });
  await createDeadEventQueue({ client, queueUrl }).keep(body, { code: 'c', message: 'm' });
  const { Body: text = '' } = (await kept()) ?? {};
  expect(text).toBe('{"text":"a\\ufffeb\\uffff"}');
  expect(JSON.parse(text)).toEqual(JSON.parse(body));
});

test('a queue that is not there makes it unavailable', async () => {
  const queue = createDeadEventQueue({ client, queueUrl: `${queueUrl}-gone` });
  await expect(queue.keep('{}', { code: 'c', message: 'm' })).rejects.toMatchObject({
    name: 'UnavailableError',
    port: 'queue',
  });
});
