import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { RuleTarget } from '../../../../infra/local/assembly/read-rule-target.ts';
import { constantInput } from '../../../../infra/local/event-bus/target-input.ts';
import { createManualClock } from '../../../fakes/manual-clock.ts';
import { functionOf } from '../lambda/function-fixture.ts';
import { createQueue, receive } from '../sqs/local-queues.ts';
import { openBuses, openTargets, queueArn, queueTarget, ruleFor } from './local-bus.ts';

test('a rule with a schedule has an event each time, until it is stopped', async () => {
  const { services, queueUrl } = await openTargets();
  await createQueue(services.sqs, {}, 'ticks');
  const clock = createManualClock();
  const rules = [ruleFor([queueTarget('ticks')], { everyMs: 60_000, matches: undefined })];
  const { buses, client } = await openBuses(services, { plan: { rules }, clock });
  const worker = buses.run(() => expect.fail());
  // Nothing that is put on the bus is for a rule without a pattern.
  await client.send(
    new PutEventsCommand({ Entries: [{ Source: 'aws-like', DetailType: 'Scheduled Event', Detail: '{}' }] }),
  );
  await clock.advance(60_000);
  const [message] = await receive(services.sqs, queueUrl('ticks'), { WaitTimeSeconds: 5 });
  expect(JSON.parse(message?.Body ?? '')).toEqual({
    version: '0',
    id: expect.stringMatching(/^[\da-f-]{36}$/),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    time: '2026-01-01T00:01:00Z',
    region: 'us-east-1',
    resources: ['arn:aws:events:us-east-1:000000000000:rule/every'],
    detail: {},
  });
  worker.stop();
  await worker.settled();
  await clock.advance(120_000);
  expect(await receive(services.sqs, queueUrl('ticks'))).toEqual([]);
});

test.each<[string, string, string]>([
  ['is no JSON', '"one"\n"two"', 'INVALID_JSON'],
  ['is larger than 1 MB', JSON.stringify('x'.repeat(1024 * 1024)), 'ERROR_FROM_TARGET'],
])('a function does not get an input that %s, which makes a dead letter', async (_, input, code) => {
  const { services, queueUrl } = await openTargets();
  await createQueue(services.sqs, {}, 'dead');
  const { definition } = functionOf('').target;
  const target: RuleTarget = {
    ...queueTarget('function', { deadLetterArn: queueArn('dead'), input: constantInput(input) }),
    arn: definition.arn,
    kind: 'function',
  };
  const invoke = vi.fn<() => never>(() => expect.fail());
  const { buses, client } = await openBuses(services, {
    plan: { rules: [ruleFor([target])], functions: [definition] },
  });
  const worker = buses.run(() => ({ ...functionOf('').target, warm: () => {}, invoke }));
  onTestFinished(() => worker.stop());
  await client.send(
    new PutEventsCommand({ Entries: [{ Source: 'shop', DetailType: 'Order', Detail: '{}' }] }),
  );
  const [message] = await receive(services.sqs, queueUrl('dead'), { WaitTimeSeconds: 5 });
  expect(message?.MessageAttributes?.['ERROR_CODE']?.StringValue).toBe(code);
  expect(invoke).not.toHaveBeenCalled();
});

test('an event that even the dead-letter queue refuses is lost, and a line says so', async () => {
  const { services } = await openTargets();
  const lines: string[] = [];
  const target = queueTarget('gone', { deadLetterArn: queueArn('gone too') });
  const { buses, client } = await openBuses(services, {
    plan: { rules: [ruleFor([target])] },
    print: (line) => lines.push(line),
  });
  const worker = buses.run(() => expect.fail());
  await client.send(
    new PutEventsCommand({ Entries: [{ Source: 'shop', DetailType: 'Order', Detail: '{}' }] }),
  );
  await vi.waitFor(() => expect(lines).toHaveLength(2), 5000);
  expect(lines[1]).toMatch(/^\[every] an event is lost, as its last queue refused it: /);
  worker.stop();
  await worker.settled();
});
