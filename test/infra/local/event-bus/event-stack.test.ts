import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FIXTURE_RESOURCES, fixtureRoute, type FixtureResources } from '../fixture-assembly.ts';
import { startFixture } from '../start-fixture.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { EVENT_CODE, EVENT_RESOURCES } from './event-fixture.ts';
import { stackClients } from './stack-clients.ts';

/** With a route by which an event comes from a function of the stack. */
const RESOURCES: FixtureResources = {
  ...EVENT_RESOURCES,
  ...Object.fromEntries(Object.entries(FIXTURE_RESOURCES).filter(([id]) => ['Api', 'Stage'].includes(id))),
  ...fixtureRoute('Publish', 'POST /events', 'Publish'),
};

test('an event that a function puts on a bus reaches the function and the queue of the rules that match, and is logged', async () => {
  const dataDirectory = temporaryDirectory();
  const { stack, lines } = await startFixture({ resources: RESOURCES, code: EVENT_CODE, dataDirectory });
  const response = await fetch(`${stack.url}/events`, { method: 'POST', body: '{"order":1}' });
  expect(response.status).toBe(202);
  const { messages, messagesNow } = stackClients(lines);
  const event = { source: 'shop', 'detail-type': 'Order', detail: { order: 1 } };
  expect(await messages('Results')).toMatchObject([event]);
  expect(await messages('Copies')).toEqual([{ from: 'shop', detail: { order: 1 } }]);
  expect(await messagesNow('Never')).toEqual([]);
  const [line = ''] = readFileSync(path.join(dataDirectory, 'logs', 'events.log'), 'utf8').split('\n');
  expect(JSON.parse(line)).toMatchObject({ version: '0', ...event });
});

test('an event that a function fails at goes to its failure destination, with what happened', async () => {
  const { lines } = await startFixture({ resources: EVENT_RESOURCES, code: EVENT_CODE });
  const { put, messages } = stackClients(lines);
  await put({ fail: true });
  expect(await messages('Failures')).toMatchObject([
    {
      requestContext: {
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Fixture-Consume:$LATEST',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 1,
      },
      requestPayload: { detail: { fail: true } },
      responsePayload: { errorType: 'Error', errorMessage: 'no luck' },
    },
  ]);
});

test('a stack announces its buses, and not its own workings', async () => {
  const { lines } = await startFixture({ resources: EVENT_RESOURCES, code: EVENT_CODE });
  const names = lines.filter((line) => line.startsWith('events ')).map((line) => line.split(' ').at(-1));
  expect(names).toEqual(['default', 'orders']);
  expect(lines.filter((line) => line.startsWith('sqs '))).toHaveLength(4);
});
