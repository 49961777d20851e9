import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import * as v from 'valibot';
import { afterEach, expect, test } from 'vitest';
import { createEventBridgeBus } from '../../../shared/aws/event-bridge-bus.ts';
import type { BusEvent } from '../../../shared/task/event-bus.ts';
import { startAnsweringServer } from '../../fakes/answering-server.ts';
import type { AnsweringServer, AwsAnswer } from '../../fakes/answering-server.ts';
import { localCredentials } from './local-table.ts';

const PutEvents = v.object({
  operation: v.literal('PutEvents'),
  input: v.object({ Entries: v.array(v.record(v.string(), v.unknown())) }),
});
const ARN = 'arn:aws:events:eu-west-1:000000000000:event-bus/tasks';

let server: AnsweringServer;
let client: EventBridgeClient;

afterEach(async () => {
  client.destroy();
  await server.close();
});

/** A bus whose service answers each request so; the function gets the request's entries and its number, from 1. */
async function busAnswering(answer: (entries: readonly unknown[], call: number) => AwsAnswer) {
  server = await startAnsweringServer((request) =>
    answer(v.parse(PutEvents, request).input.Entries, server.requests.length),
  );
  client = new EventBridgeClient({ ...localCredentials, endpoint: server.url, maxAttempts: 1 });
  return createEventBridgeBus({ client, busName: ARN });
}

const accept = (entries: readonly unknown[]) => ({
  status: 200,
  body: { FailedEntryCount: 0, Entries: entries.map((_, index) => ({ EventId: String(index) })) },
});
const event = (detail: string): BusEvent => ({ type: 'task succeeded', time: 1_767_225_600_000, detail });
const sizes = () => server.requests.map((request) => v.parse(PutEvents, request).input.Entries.length);

test('an event is put with its type, time and detail, of the source task-system', async () => {
  const bus = await busAnswering(accept);
  expect(await bus.put([event('{"a":1}')])).toEqual([{ kind: 'accepted' }]);
  expect(server.requests).toMatchObject([
    {
      input: {
        Entries: [
          {
            EventBusName: ARN,
            Source: 'task-system',
            DetailType: 'task succeeded',
            Time: 1_767_225_600,
            Detail: '{"a":1}',
          },
        ],
      },
    },
  ]);
});

test('no request has more than ten events, or more than 240 KiB of them', async () => {
  const bus = await busAnswering(accept);
  const small = Array.from({ length: 13 }, () => event('{}'));
  expect(await bus.put(small)).toHaveLength(13);
  expect(sizes()).toEqual([10, 3]);
  const large = Array.from({ length: 7 }, () => event(JSON.stringify({ x: 'ü'.repeat(33 * 1024) })));
  expect(await bus.put(large)).toHaveLength(7);
  expect(sizes().slice(2)).toEqual([3, 3, 1]);
});

test('each event has its own outcome: later for a busy bus, never for what is malformed', async () => {
  const failures = [
    { EventId: '1' },
    { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' },
    { ErrorCode: 'MalformedDetail', ErrorMessage: 'no JSON' },
    { ErrorCode: 'InternalFailure', ErrorMessage: 'oh' },
    { ErrorCode: 'InvalidArgument', ErrorMessage: 'too large' },
  ];
  const bus = await busAnswering(() => ({ status: 200, body: { FailedEntryCount: 4, Entries: failures } }));
  expect(await bus.put(failures.map(() => event('{}')))).toEqual([
    { kind: 'accepted' },
    { kind: 'failed', code: 'ThrottlingException', message: 'slow down' },
    { kind: 'refused', code: 'MalformedDetail', message: 'no JSON' },
    { kind: 'failed', code: 'InternalFailure', message: 'oh' },
    { kind: 'refused', code: 'InvalidArgument', message: 'too large' },
  ]);
});

test('an answer that says nothing of an event counts as a failure of it', async () => {
  const bus = await busAnswering(() => ({ status: 200, body: { FailedEntryCount: 0, Entries: [] } }));
  expect(await bus.put([event('{}')])).toMatchObject([{ kind: 'failed' }]);
});

test('a request that fails is a failure of its events, not of the others', async () => {
  const bus = await busAnswering((entries, call) =>
    call === 1 ? { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } } : accept(entries),
  );
  const outcomes = await bus.put(Array.from({ length: 11 }, () => event('{}')));
  expect(outcomes.map(({ kind }) => kind)).toEqual([
    ...Array.from({ length: 10 }, () => 'failed'),
    'accepted',
  ]);
  expect(outcomes[0]).toMatchObject({ code: 'AccessDeniedException' });
});
