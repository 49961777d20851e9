import { createServer } from 'node:http';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { listenOnLoopback } from '../../../infra/local/listen-on-loopback.ts';
import type { LocalStack } from '../../../infra/local/local-stack.ts';
import { FIXTURE_RESOURCES } from './fixture-assembly.ts';
import { startFixture } from './start-fixture.ts';
import { temporaryDirectory } from './temporary-directory.ts';

async function enter(stack: LocalStack, item: string): Promise<void> {
  const response = await fetch(`${stack.url}/items`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: item,
  });
  expect(response.status).toBe(202);
}

async function fetchItem(stack: LocalStack, item: string): Promise<unknown> {
  return vi.waitFor(
    async () => {
      const response = await fetch(`${stack.url}/items/${item}`);
      expect(response.status).toBe(200);
      return response.json();
    },
    { timeout: 10_000, interval: 50 },
  );
}

describe('the local stack', () => {
  test('takes a request through API, queue, worker and table, and names what it does not emulate', async () => {
    const { stack, lines } = await startFixture();
    await enter(stack, 'item-1');
    expect(await fetchItem(stack, 'item-1')).toMatchObject({
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: 'item-1',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
      messageAttributes: {},
      md5OfBody: expect.stringMatching(/^[\da-f]{32}$/),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:Fixture-Queue',
      awsRegion: 'us-east-1',
    });
    expect((await fetch(`${stack.url}/elsewhere`)).status).toBe(404);
    expect(lines).toContain('not emulated: authorization not enforced (AWS_IAM), AWS::IAM::Role (1)');
    expect(lines).toContainEqual(expect.stringMatching(/^dynamodb http:\/\/127\.0\.0\.1:\d+ Fixture-Table$/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^sqs http:\/\/127\.0\.0\.1:\d+ http.*\/Fixture-Queue$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^events http:\/\/127\.0\.0\.1:\d+ default$/));
  });

  test('keeps items and logs across restarts, and frees its data directory when it stops', async () => {
    const dataDirectory = temporaryDirectory();
    const first = await startFixture({ dataDirectory });
    await enter(first.stack, 'kept');
    await fetchItem(first.stack, 'kept');
    await first.stack.close();
    const second = await startFixture({ dataDirectory });
    expect(await fetchItem(second.stack, 'kept')).toMatchObject({ body: 'kept' });
    expect(existsSync(path.join(dataDirectory, 'logs', 'Work.log'))).toBe(true);
  });

  test('refuses a data directory that another stack uses', async () => {
    const dataDirectory = temporaryDirectory();
    await startFixture({ dataDirectory });
    await expect(startFixture({ dataDirectory })).rejects.toThrow(
      `${dataDirectory} is in use by the process ${process.pid}`,
    );
  });

  test('refuses a port that is taken, and leaves the data directory free', async () => {
    const server = createServer();
    const port = await listenOnLoopback(server, 0);
    onTestFinished(() => void server.close());
    const dataDirectory = temporaryDirectory();
    await expect(startFixture({ port, dataDirectory })).rejects.toThrow(/^Port \d+ on 127\.0\.0\.1 is taken/);
    expect(existsSync(path.join(dataDirectory, 'lock'))).toBe(false);
  });

  test('refuses a template that it does not know, and leaves port and data directory free', async () => {
    const dataDirectory = temporaryDirectory();
    const resources = {
      ...FIXTURE_RESOURCES,
      Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
    };
    await expect(startFixture({ dataDirectory, resources })).rejects.toThrow(
      'AWS::SQS::Queue Queue has the property FifoQueue, which the local stack does not know',
    );
    const { stack } = await startFixture({ dataDirectory });
    expect(readFileSync(path.join(dataDirectory, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
    expect(stack.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test.each([
    ['dynamodb/tables', 'CURRENT', 'no manifest'],
    ['sqs', 'fauxqs.db', 'no database '.repeat(100)],
    ['events', 'backlog.db', 'no database '.repeat(100)],
  ])(
    'says what to do about data in %s that is damaged, and frees port and directory',
    async (room, name, content) => {
      const dataDirectory = temporaryDirectory();
      const first = await startFixture({ dataDirectory });
      await first.stack.close();
      writeFileSync(path.join(dataDirectory, room, name), content);
      await expect(startFixture({ dataDirectory })).rejects.toThrow(
        /^The data directory \S+ cannot be used \([^\n]+\): delete it, name another one with --data, or start with --memory\.$/,
      );
      expect(existsSync(path.join(dataDirectory, 'lock'))).toBe(false);
    },
  );

  test('refuses a table that was created with other keys', async () => {
    const dataDirectory = temporaryDirectory();
    const first = await startFixture({ dataDirectory });
    await first.stack.close();
    const resources = {
      ...FIXTURE_RESOURCES,
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        },
      },
    };
    await expect(startFixture({ dataDirectory, resources })).rejects.toThrow(
      'The table Fixture-Table was created with other keys',
    );
  });
});
