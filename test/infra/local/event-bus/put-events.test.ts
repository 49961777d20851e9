import {
  DescribeEventBusCommand,
  EventBridgeServiceException,
  ListEventBusesCommand,
  ListRulesCommand,
  PutEventsCommand,
  PutRuleCommand,
  ResourceNotFoundException,
  type EventBridgeClient,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { createQueue, receive } from '../sqs/local-queues.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { openBuses, openTargets, queueTarget, ruleFor } from './local-bus.ts';

const ENTRY: PutEventsRequestEntry = { Source: 'shop', DetailType: 'Order placed', Detail: '{"order":1}' };

const UUID = expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);

async function openBus(): Promise<EventBridgeClient> {
  const { services } = await openTargets();
  return (await openBuses(services)).client;
}

describe('PutEvents', () => {
  test('sends an event in EventBridge’s envelope to the targets of the rules of its bus that match, and to no others', async () => {
    const { services, queueUrl } = await openTargets();
    for (const name of ['first', 'second', 'third']) await createQueue(services.sqs, {}, name);
    const orders = { busName: 'orders', arn: 'arn:orders' };
    const rules = [
      ruleFor([queueTarget('first'), queueTarget('second')], orders),
      ruleFor([queueTarget('third')], { ...orders, arn: 'arn:other', matches: () => false }),
      ruleFor([queueTarget('third')]),
    ];
    const dataDirectory = temporaryDirectory();
    const { buses, client } = await openBuses(services, { dataDirectory, plan: { rules } });
    const worker = buses.run(() => expect.fail());
    const { FailedEntryCount, Entries = [] } = await client.send(
      new PutEventsCommand({
        Entries: [
          {
            ...ENTRY,
            EventBusName: 'orders',
            Resources: ['arn:shop'],
            Time: new Date('2026-01-02T03:04:05.678Z'),
          },
        ],
      }),
    );
    expect(FailedEntryCount).toBe(0);
    const event = {
      version: '0',
      id: Entries[0]?.EventId,
      'detail-type': 'Order placed',
      source: 'shop',
      account: '000000000000',
      time: '2026-01-02T03:04:05Z',
      region: 'us-east-1',
      resources: ['arn:shop'],
      detail: { order: 1 },
    };
    expect(event.id).toEqual(UUID);
    for (const name of ['first', 'second']) {
      const messages = await receive(services.sqs, queueUrl(name), { WaitTimeSeconds: 5 });
      expect(messages.map(({ Body }) => JSON.parse(Body ?? ''))).toEqual([event]);
    }
    worker.stop();
    await worker.settled();
    expect(await receive(services.sqs, queueUrl('third'))).toEqual([]);
    const log = readFileSync(path.join(dataDirectory, 'logs', 'events.log'), 'utf8');
    expect(log).toBe(`${JSON.stringify(event)}\n`);
  });

  test('takes the time of the request where an entry has none, in whole seconds, and ids that differ', async () => {
    const { services, queueUrl } = await openTargets();
    await createQueue(services.sqs, {}, 'target');
    const plan = { rules: [ruleFor([queueTarget('target')])] };
    const clock = {
      now: () => Date.UTC(2026, 0, 1, 0, 0, 0, 999),
      sleep: vi.fn<() => Promise<void>>(() => new Promise(() => {})),
    };
    const { buses, client } = await openBuses(services, { plan, clock });
    const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [ENTRY, ENTRY] }));
    expect(new Set(Entries.map(({ EventId }) => EventId)).size).toBe(2);
    const worker = buses.run(() => expect.fail());
    const messages = await vi.waitFor(async () => {
      const received = await receive(services.sqs, queueUrl('target'));
      expect(received).not.toEqual([]);
      return received;
    });
    expect(JSON.parse(messages[0]?.Body ?? '')).toMatchObject({
      time: '2026-01-01T00:00:00Z',
      resources: [],
    });
    worker.stop();
  });

  test.each<[string, PutEventsRequestEntry, string, string]>([
    [
      'without a source',
      { ...ENTRY, Source: undefined },
      'InvalidArgument',
      'Parameter Source is not valid. Reason: Source is a required argument.',
    ],
    [
      'without a type',
      { ...ENTRY, DetailType: undefined },
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    ],
    [
      'without a detail',
      { ...ENTRY, Detail: undefined },
      'InvalidArgument',
      'Parameter Detail is not valid. Reason: Detail is a required argument.',
    ],
    ['whose detail is no JSON', { ...ENTRY, Detail: '{' }, 'MalformedDetail', 'Detail is malformed.'],
    ['whose detail is a list', { ...ENTRY, Detail: '[]' }, 'MalformedDetail', 'Detail is malformed.'],
    [
      'in AWS’s own name',
      { ...ENTRY, Source: 'aws.s3' },
      'NotAuthorizedForSourceException',
      'Not authorized for the source.',
    ],
    [
      'for an unknown bus',
      { ...ENTRY, EventBusName: 'nowhere' },
      'ResourceNotFoundException',
      'Event bus nowhere does not exist: the local stack has default, orders.',
    ],
  ])('refuses an entry %s, and accepts the one beside it', async (_, entry, ErrorCode, ErrorMessage) => {
    const client = await openBus();
    const answer = await client.send(new PutEventsCommand({ Entries: [entry, ENTRY] }));
    expect(answer).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode, ErrorMessage }, { EventId: UUID }],
    });
  });

  test.each(['default', 'orders', 'arn:aws:events:us-east-1:000000000000:event-bus/orders'])(
    'knows the bus %s',
    async (EventBusName) => {
      const client = await openBus();
      const answer = await client.send(new PutEventsCommand({ Entries: [{ ...ENTRY, EventBusName }] }));
      expect(answer.FailedEntryCount).toBe(0);
    },
  );

  test.each<[string, PutEventsRequestEntry[], string]>([
    ['no entry', [], 'Member must have length greater than or equal to 1'],
    [
      'eleven entries',
      Array.from({ length: 11 }, () => ENTRY),
      'Member must have length less than or equal to 10',
    ],
    [
      'more than 1 MB',
      Array.from({ length: 2 }, () => ({ ...ENTRY, Detail: JSON.stringify({ x: 'ä'.repeat(256 * 1024) }) })),
      'Total size of the entries in the request is over the limit.',
    ],
  ])('refuses %s as a whole', async (_, Entries, sentence) => {
    const client = await openBus();
    const refused = client.send(new PutEventsCommand({ Entries }));
    await expect(refused).rejects.toThrow(sentence);
    await expect(refused).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('accepts an entry of just 1 MB', async () => {
    const client = await openBus();
    const size = 1024 * 1024 - 'shop'.length - 'Order placed'.length;
    const Detail = JSON.stringify({ x: 'a'.repeat(size - '{"x":""}'.length) });
    const answer = await client.send(new PutEventsCommand({ Entries: [{ ...ENTRY, Detail }] }));
    expect(answer.FailedEntryCount).toBe(0);
  });
});

describe('the local EventBridge', () => {
  test('tells of its buses and rules', async () => {
    const { services } = await openTargets();
    const { client } = await openBuses(services, { plan: { rules: [ruleFor([])] } });
    const { EventBuses = [] } = await client.send(new ListEventBusesCommand());
    expect(EventBuses.map(({ Name }) => Name)).toEqual(['default', 'orders']);
    expect(await client.send(new DescribeEventBusCommand({ Name: 'orders' }))).toMatchObject({
      Name: 'orders',
      Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/orders',
    });
    const { Rules = [] } = await client.send(new ListRulesCommand());
    expect(Rules.map(({ Name }) => Name)).toEqual(['every']);
    const none = client.send(new DescribeEventBusCommand({ Name: 'nowhere' }));
    await expect(none).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  test('names an operation that it does not know', async () => {
    const client = await openBus();
    const refused = client.send(new PutRuleCommand({ Name: 'rule' }));
    await expect(refused).rejects.toBeInstanceOf(EventBridgeServiceException);
    await expect(refused).rejects.toThrow('The local EventBridge does not know PutRule');
  });
});
