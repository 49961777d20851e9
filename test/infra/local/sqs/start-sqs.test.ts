import { GetQueueUrlCommand, ListQueuesCommand, type SQSClient } from '@aws-sdk/client-sqs';
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

function call(url: string, operation: string, body: string | null): Promise<Response> {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` };
  return fetch(url, { method: 'POST', headers, body });
}

describe('the local SQS', () => {
  let sqs: LocalSqs;
  let client: SQSClient;
  let QueueUrl: string;

  beforeEach(async () => {
    ({ sqs, client } = await openQueues());
    QueueUrl = await createQueue(client);
  });

  it('hands out queue URLs at its own address, whatever host it was called by', async () => {
    const expected = `${sqs.url}/000000000000/${QUEUE}`;
    expect(QueueUrl).toBe(expected);
    expect(sqs.queueUrl(QUEUE)).toBe(expected);
    const byName = connect(sqs.url.replace('127.0.0.1', 'localhost'));
    expect(await createQueue(byName, {}, 'other')).toBe(sqs.queueUrl('other'));
    expect((await client.send(new GetQueueUrlCommand({ QueueName: QUEUE }))).QueueUrl).toBe(expected);
    expect((await client.send(new ListQueuesCommand({}))).QueueUrls).toEqual([
      sqs.queueUrl('other'),
      expected,
    ]);
  });

  it('ends a long poll when it closes', async () => {
    const other = await startSqs();
    const otherClient = connect(other.url);
    const url = await createQueue(otherClient);
    const ended = receive(otherClient, url, { WaitTimeSeconds: 20 }).then(
      () => 'ended',
      () => 'ended',
    );
    await letArrive(otherClient, url);
    await other.close();
    expect(await ended).toBe('ended');
    await expect(connect(other.url).send(new ListQueuesCommand({}))).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  it.each(['/health', '/_fauxqs/queues', '/some-bucket/some-key'])('answers 404 to GET %s', async (path) => {
    expect((await fetch(`${sqs.url}${path}`)).status).toBe(404);
  });

  it('answers an error to a call that it does not know, and to one without a body', async () => {
    expect(await (await call(sqs.url, 'Nonsense', '{}')).json()).toMatchObject({
      message: 'Unknown action: Nonsense',
    });
    expect((await call(sqs.url, 'SendMessage', null)).ok).toBe(false);
    expect((await call(sqs.url, 'ReceiveMessage', '{')).ok).toBe(false);
    await client.send(new ListQueuesCommand({}));
  });

  it('listens on 127.0.0.1', async () => {
    expect(new URL(sqs.url).hostname).toBe('127.0.0.1');
    await expect(fetch(sqs.url.replace('127.0.0.1', '[::1]'))).rejects.toThrow('fetch failed');
  });

  it('names the port that is taken, and the cure', async () => {
    const port = Number(new URL(sqs.url).port);
    await expect(startSqs({ port })).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken: stop the process that holds it, or choose another port`,
    );
  });

  it('names the directory that another instance has open, and the cure', async () => {
    const directory = await makeDirectory();
    const first = await startSqs({ directory });
    try {
      await expect(startSqs({ directory })).rejects.toThrow(
        `The SQS data in ${directory} is open in another process: stop that one, or choose another directory.`,
      );
    } finally {
      await first.close();
    }
    await openQueues({ directory });
  });
});
