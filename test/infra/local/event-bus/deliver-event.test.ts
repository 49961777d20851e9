import type { Message } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import type { RuleTarget } from '../../../../infra/local/assembly/read-rule-target.ts';
import { openBacklog } from '../../../../infra/local/backlog/open-backlog.ts';
import { workOff } from '../../../../infra/local/backlog/work-off.ts';
import { deliverEvent, type DeliveryParts } from '../../../../infra/local/event-bus/deliver-event.ts';
import { DeliveryError } from '../../../../infra/local/event-bus/delivery-failure.ts';
import { constantInput } from '../../../../infra/local/event-bus/target-input.ts';
import { sendToQueueWith, type SendToQueue } from '../../../../infra/local/sqs/send-to-queue.ts';
import { createManualClock } from '../../../fakes/manual-clock.ts';
import { connect, createQueue, receive } from '../sqs/local-queues.ts';
import { openTargets, queueArn, queueTarget, ruleFor } from './local-bus.ts';

const EVENT = '{"id":"event-1","source":"shop"}';
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:worker';
const DEAD = { deadLetterArn: queueArn('dead') };
const DAY_MS = 86_400_000;

interface Delivered {
  readonly deadLetters: readonly Message[];
  readonly lines: readonly string[];
  /** When deliveries were tried, in seconds. */
  readonly triedAt: readonly number[];
}

/** Delivers {@link EVENT} to a target, for two days at most. */
async function deliver(
  target: RuleTarget,
  overrides: (sendToQueue: SendToQueue) => Partial<DeliveryParts> = () => ({}),
): Promise<Delivered> {
  const { services, queueUrl } = await openTargets();
  await createQueue(services.sqs, {}, 'dead');
  const sendToQueue = sendToQueueWith(services.sqs, services.queueUrlOf);
  const clock = createManualClock();
  const start = clock.now();
  const lines: string[] = [];
  const triedAt: number[] = [];
  const backlog = openBacklog(undefined);
  const parts: DeliveryParts = {
    sendToQueue,
    invokeLater: () => expect.fail(),
    clock,
    print: (line) => lines.push(line),
    ...overrides(sendToQueue),
  };
  backlog.add([{ receiver: 'deliver', content: EVENT }], start);
  const worker = workOff({
    ...parts,
    backlog,
    receiver: 'deliver',
    atOnce: 1,
    async attempt(entry) {
      triedAt.push((clock.now() - start) / 1000);
      return deliverEvent(entry, ruleFor([]), target, parts);
    },
  });
  // While nobody sleeps, a message is on its way to a real queue.
  while (backlog.first('deliver', 1).length > 0) await clock.advance(clock.sleeping() > 0 ? 1000 : 0);
  worker.stop();
  await worker.settled();
  backlog.close();
  return { lines, triedAt, deadLetters: await receive(services.sqs, queueUrl('dead')) };
}

function attributesOf(message: Message | undefined): Record<string, string | undefined> {
  const attributes = Object.entries(message?.MessageAttributes ?? {});
  return Object.fromEntries(attributes.map(([name, { StringValue }]) => [name, StringValue]));
}

/** Keeps the target's queue out of reach, as if nothing listened there; dead letters still arrive. */
function outOfReach(sendToQueue: SendToQueue): Partial<DeliveryParts> {
  const nobody = sendToQueueWith(connect('http://127.0.0.1:1'), () => 'http://127.0.0.1:1/queue');
  return {
    sendToQueue: (arn, ...message) => (arn === DEAD.deadLetterArn ? sendToQueue : nobody)(arn, ...message),
  };
}

test('an event whose queue does not exist becomes a dead letter at once, as it was', async () => {
  const { deadLetters, triedAt, lines } = await deliver(
    queueTarget('gone', { ...DEAD, maxRetries: 185, input: constantInput('"other"') }),
  );
  expect(triedAt).toEqual([0]);
  expect(deadLetters.map(({ Body }) => Body)).toEqual([EVENT]);
  expect(attributesOf(deadLetters[0])).toEqual({
    RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/every',
    TARGET_ARN: queueArn('gone'),
    ERROR_CODE: 'NO_RESOURCE',
    ERROR_MESSAGE: expect.stringContaining('queue'),
    RETRY_ATTEMPTS: '0',
  });
  expect(lines).toEqual([expect.stringMatching(/^\[every] an event did not reach .*:gone: .*\(given up\)$/)]);
});

test('an event that a function cannot take becomes a dead letter at once, with its error', async () => {
  const target: RuleTarget = { ...queueTarget('worker', DEAD), arn: FUNCTION_ARN, kind: 'function' };
  const { deadLetters } = await deliver(target, () => ({
    invokeLater() {
      throw new DeliveryError('INVALID_JSON', 'Its input is no JSON.');
    },
  }));
  expect(attributesOf(deadLetters[0])).toMatchObject({
    TARGET_ARN: FUNCTION_ARN,
    ERROR_CODE: 'INVALID_JSON',
    ERROR_MESSAGE: 'Its input is no JSON.',
  });
});

test('an event whose target is out of reach is tried again, after pauses that double, until its tries are used up', async () => {
  const { deadLetters, triedAt } = await deliver(
    queueTarget('queue', { ...DEAD, maxRetries: 3 }),
    outOfReach,
  );
  expect(triedAt).toEqual([0, 1, 3, 7]);
  expect(attributesOf(deadLetters[0])).toMatchObject({
    ERROR_CODE: 'CONNECTION_FAILURE',
    EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    RETRY_ATTEMPTS: '3',
  });
});

test('an event is tried again at least each quarter of an hour, until it is too old', async () => {
  const target = queueTarget('queue', { ...DEAD, maxRetries: 185, maxAgeMs: DAY_MS });
  const { deadLetters, triedAt } = await deliver(target, outOfReach);
  expect(triedAt.at(-1)).toBeLessThanOrEqual(DAY_MS / 1000);
  expect(triedAt.at(-1)).toBeGreaterThan(DAY_MS / 1000 - 900);
  expect(attributesOf(deadLetters[0])).toMatchObject({
    EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
    RETRY_ATTEMPTS: String(triedAt.length - 1),
  });
});

test('an event without a dead-letter queue is dropped, and a line says so', async () => {
  const { deadLetters, lines } = await deliver(queueTarget('gone'));
  expect(deadLetters).toEqual([]);
  expect(lines).toEqual([expect.stringContaining('(given up)')]);
});
