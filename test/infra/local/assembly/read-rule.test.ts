import { describe, expect, test } from 'vitest';
import type { StackPlan } from '../../../../infra/local/assembly/plan-stack.ts';
import { fixtureFunction, type FixtureResources } from '../fixture-assembly.ts';
import { planFixture } from './plan-fixture.ts';

const arnOf = (logicalId: string): object => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

const TO_FUNCTION = { Id: 'Target0', Arn: arnOf('Work') };
const TO_QUEUE = { Id: 'Target1', Arn: arnOf('Queue') };
const PATTERN = { source: ['shop'] };

function planRule(Properties: object, others: FixtureResources = {}): StackPlan {
  return planFixture({ Rule: { Type: 'AWS::Events::Rule', Properties }, ...others });
}

const BUS: FixtureResources = { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } } };

describe('a rule', () => {
  test.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(1 day)', 86_400_000],
  ])('on the schedule %s has events every %d ms', (ScheduleExpression, everyMs) => {
    const { rules } = planRule({ ScheduleExpression, State: 'ENABLED', Targets: [TO_FUNCTION] });
    expect(rules).toMatchObject([
      {
        name: 'Fixture-Rule',
        arn: 'arn:aws:events:us-east-1:000000000000:rule/Fixture-Rule',
        busName: 'default',
        matches: undefined,
        everyMs,
        targets: [{ arn: 'arn:aws:lambda:us-east-1:000000000000:function:Fixture-Work', kind: 'function' }],
      },
    ]);
  });

  test('has a pattern, a bus and targets, with EventBridge’s defaults', () => {
    const { rules, eventBuses } = planRule(
      {
        Name: 'given',
        EventBusName: { Ref: 'Bus' },
        EventPattern: PATTERN,
        Targets: [TO_FUNCTION, TO_QUEUE],
      },
      BUS,
    );
    const defaults = { maxRetries: 185, maxAgeMs: 86_400_000, deadLetterArn: undefined };
    expect(eventBuses).toEqual(['default', 'orders']);
    expect(rules).toMatchObject([
      {
        name: 'given',
        arn: 'arn:aws:events:us-east-1:000000000000:rule/orders/given',
        busName: 'orders',
        everyMs: undefined,
        targets: [
          { id: 'Target0', kind: 'function', ...defaults },
          {
            id: 'Target1',
            kind: 'queue',
            arn: 'arn:aws:sqs:us-east-1:000000000000:Fixture-Queue',
            ...defaults,
          },
        ],
      },
    ]);
    expect(rules[0]?.matches?.({ source: 'shop' })).toBe(true);
    expect(rules[0]?.matches?.({ source: 'other' })).toBe(false);
  });

  test('has a target’s own retry policy and dead-letter queue, and a bus by its ARN', () => {
    const target = {
      ...TO_QUEUE,
      RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 },
      DeadLetterConfig: { Arn: arnOf('DeadLetters') },
    };
    const { rules } = planRule({ EventBusName: arnOf('Bus'), EventPattern: PATTERN, Targets: [target] }, BUS);
    expect(rules[0]?.busName).toBe('orders');
    expect(rules[0]?.targets[0]).toMatchObject({
      maxRetries: 3,
      maxAgeMs: 60_000,
      deadLetterArn: 'arn:aws:sqs:us-east-1:000000000000:Fixture-DeadLetters',
    });
  });

  test('that is disabled does nothing', () => {
    expect(planRule({ EventPattern: PATTERN, State: 'DISABLED', Targets: [TO_QUEUE] }).rules).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['a schedule of another kind', { ScheduleExpression: 'cron(0 12 * * ? *)' }, 'rate(N minutes)'],
    [
      'an unknown operator',
      { EventPattern: { source: [{ near: 'x' }] } },
      'AWS::Events::Rule Rule has at source',
    ],
    [
      'an unknown bus',
      { EventBusName: 'nowhere' },
      'has EventBusName nowhere: the local stack has the buses default.',
    ],
    [
      'a target that is not in the template',
      { Targets: [{ Id: 'T', Arn: 'arn:aws:sns:us-east-1:1:topic' }] },
      'AWS::Events::Rule Rule, Targets has Arn arn:aws:sns:us-east-1:1:topic: the local stack sends events to functions and queues of the template only.',
    ],
    [
      'a dead-letter queue that is none',
      { Targets: [{ ...TO_QUEUE, DeadLetterConfig: { Arn: 'arn:x' } }] },
      'has DeadLetterConfig arn:x',
    ],
    [
      'two inputs',
      { Targets: [{ ...TO_QUEUE, Input: '{}', InputPath: '$.detail' }] },
      'has Input and InputPath: EventBridge takes one of them.',
    ],
    ['an unknown path', { Targets: [{ ...TO_QUEUE, InputPath: '$..x' }] }, 'has the path $..x'],
    [
      'a placeholder without a path',
      { Targets: [{ ...TO_QUEUE, InputTransformer: { InputTemplate: '{"a":<b>}' } }] },
      'has the placeholder <b> in InputTemplate',
    ],
    [
      'an unknown property',
      { Targets: [{ ...TO_QUEUE, SqsParameters: {} }] },
      'has the property SqsParameters',
    ],
  ])('with %s is refused', (_, properties, sentence) => {
    expect(() => planRule({ EventPattern: PATTERN, ...properties })).toThrow(sentence);
  });
});

describe('the configuration of asynchronous invocations', () => {
  const config = (Properties: object): FixtureResources => ({
    Config: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: 'Work' }, Qualifier: '$LATEST', ...Properties },
    },
  });

  test('has Lambda’s defaults', () => {
    expect(planFixture(config({})).invokeConfigs).toEqual([
      { functionName: 'Fixture-Work', maxRetries: 2, maxAgeMs: 21_600_000, onFailureArn: undefined },
    ]);
  });

  test('names tries, age and failure destination', () => {
    const own = config({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: arnOf('DeadLetters') } },
    });
    expect(planFixture(own).invokeConfigs).toMatchObject([
      {
        maxRetries: 0,
        maxAgeMs: 60_000,
        onFailureArn: 'arn:aws:sqs:us-east-1:000000000000:Fixture-DeadLetters',
      },
    ]);
  });

  test.each<[string, object, string]>([
    ['another version', { Qualifier: '3' }, 'has Qualifier 3'],
    ['a success destination', { DestinationConfig: { OnSuccess: {} } }, 'has the property OnSuccess'],
    [
      'a destination that is no queue',
      { DestinationConfig: { OnFailure: { Destination: arnOf('Work') } } },
      'has OnFailure arn:aws:lambda',
    ],
  ])('with %s is refused', (_, properties, sentence) => {
    expect(() => planFixture(config(properties))).toThrow(sentence);
  });
});

test('a bus is known to functions by its name and its ARN', () => {
  const Variables = { NAME: { Ref: 'Bus' }, ARN: arnOf('Bus'), RULE: arnOf('Rule') };
  const { functions } = planRule(
    { EventPattern: PATTERN, Targets: [] },
    { ...BUS, Work: fixtureFunction('Work', { Environment: { Variables } }) },
  );
  expect(functions.find(({ label }) => label === 'Work')?.variables).toEqual({
    NAME: 'orders',
    ARN: 'arn:aws:events:us-east-1:000000000000:event-bus/orders',
    RULE: 'arn:aws:events:us-east-1:000000000000:rule/Fixture-Rule',
  });
});
