import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { onTestFinished } from 'vitest';
import type { RuleDefinition } from '../../../../infra/local/assembly/read-rule.ts';
import type { RuleTarget } from '../../../../infra/local/assembly/read-rule-target.ts';
import {
  startEventBus,
  type EventBusOptions,
  type LocalEventBus,
} from '../../../../infra/local/event-bus/start-event-bus.ts';
import { wholeEvent } from '../../../../infra/local/event-bus/target-input.ts';
import { openQueues } from '../sqs/local-queues.ts';
import { localCredentials } from '../../../shared/aws/local-table.ts';

type Services = EventBusOptions['services'];

/** The ARN of a queue on the local SQS. */
export function queueArn(name: string): string {
  return `arn:aws:sqs:us-east-1:000000000000:${name}`;
}

/** A target that is a queue, without retries and dead letters. */
export function queueTarget(name: string, settings: Partial<RuleTarget> = {}): RuleTarget {
  return {
    id: name,
    arn: queueArn(name),
    kind: 'queue',
    input: wholeEvent,
    maxRetries: 0,
    maxAgeMs: 86_400_000,
    deadLetterArn: undefined,
    ...settings,
  };
}

/** A rule of the account's own bus that every event is for. */
export function ruleFor(
  targets: readonly RuleTarget[],
  settings: Partial<RuleDefinition> = {},
): RuleDefinition {
  return {
    name: 'every',
    arn: 'arn:aws:events:us-east-1:000000000000:rule/every',
    busName: 'default',
    matches: () => true,
    everyMs: undefined,
    targets,
    ...settings,
  };
}

/** Queues for targets, for one test. */
export async function openTargets(): Promise<{
  services: Services;
  queueUrl: (name: string) => string;
}> {
  const { sqs, client } = await openQueues();
  const queueUrl = (name: string): string => sqs.queueUrl(name);
  return { services: { sqs: client, queueUrlOf: (arn) => queueUrl(arn.split(':').at(-1) ?? '') }, queueUrl };
}

/** Buses for one test, by default the account's own and `orders`, and a client of them; both are closed when the test ends. */
export async function openBuses(
  services: Services,
  {
    plan = {},
    ...options
  }: Partial<Omit<EventBusOptions, 'plan'>> & { plan?: Partial<EventBusOptions['plan']> } = {},
): Promise<{ buses: LocalEventBus; client: EventBridgeClient }> {
  const buses = await startEventBus({
    plan: { eventBuses: ['default', 'orders'], rules: [], functions: [], invokeConfigs: [], ...plan },
    services,
    print: () => {},
    ...options,
  });
  onTestFinished(() => buses.close());
  return { buses, client: connectBuses(buses.url) };
}

/** A client that tells failures at once. */
export function connectBuses(endpoint: string): EventBridgeClient {
  const client = new EventBridgeClient({
    ...localCredentials,
    endpoint,
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return client;
}
