import { App, Duration, Stack } from 'aws-cdk-lib';
import { EventField, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../infra/configuration-error.ts';
import type { StartTaskProps } from '../../infra/event-starts.ts';
import { TaskSystem } from '../../infra/task-system.ts';
import { readStartEvent } from '../../shared/events/start-event.ts';
import { readTemplate } from './read-template.ts';
import { repositoryRoot, temporaryDirectory } from './temporary-directory.ts';

const app = new App({ outdir: temporaryDirectory() });
const stack = new Stack(app, 'Foreign');
const actions = join(repositoryRoot, 'functions/actions/registry.ts');
const tasks = new TaskSystem(stack, 'Tasks', { actions });
const eventPattern = { source: ['shop'] };
const csv = EventField.fromPath('$.detail.csv');
const rules: Readonly<Record<string, StartTaskProps | undefined>> = {
  Profile: { action: 'csv-profile' },
  Mapped: { action: 'csv-profile', input: { csv, fixed: [1, true] } },
  Named: { action: EventField.fromPath('$.detail.name'), input: null },
  Owned: { action: 'sleep', input: null, tenant: 'acme' },
  Asked: undefined,
};
for (const [id, props] of Object.entries(rules)) {
  const rule = new Rule(stack, id, { eventPattern });
  rule.addTarget(tasks.startTask(props));
}
const nightly = new Rule(stack, 'Nightly', { schedule: Schedule.rate(Duration.days(1)) });
nightly.addTarget(tasks.startTask({ action: 'sleep', input: { seconds: 1 } }));
const twice = new Rule(stack, 'Twice', { eventPattern });
twice.addTarget(tasks.startTask({ action: 'sleep' }));
twice.addTarget(tasks.startTask({ action: 'csv-profile' }));
const elsewhere = new Rule(new Stack(app, 'Elsewhere'), 'Rule', { eventPattern });
elsewhere.addTarget(tasks.startTask());
const template = readTemplate(stack);

const RuleProperties = v.object({
  Targets: v.tuple([
    v.object({
      Arn: v.unknown(),
      DeadLetterConfig: v.unknown(),
      RetryPolicy: v.unknown(),
      InputTransformer: v.object({
        InputPathsMap: v.record(v.string(), v.string()),
        InputTemplate: v.string(),
      }),
    }),
  ]),
});

const TwoTargets = v.object({
  Targets: v.array(v.object({ InputTransformer: v.object({ InputTemplate: v.string() }) })),
});

const targetOf = (rule: string) =>
  v.parse(RuleProperties, template.named('AWS::Events::Rule', rule).Properties).Targets[0];

/** What the function is invoked with: EventBridge puts a value's JSON where the template names it. */
function startEventOf(rule: string, values: Readonly<Record<string, unknown>>) {
  const { InputPathsMap: paths, InputTemplate: text } = targetOf(rule).InputTransformer;
  const json = text.replaceAll(/<([^>]+)>/g, (_, name: string) => JSON.stringify(values[paths[name] ?? '']));
  return readStartEvent(JSON.parse(json));
}

describe('the target of a rule', () => {
  it.each([
    ['Profile', { '$.detail': { csv: 'a\n1' } }, { action: 'csv-profile', input: { csv: 'a\n1' } }],
    [
      'Mapped',
      { '$.detail.csv': 'a"\n1' },
      { action: 'csv-profile', input: { csv: 'a"\n1', fixed: [1, true] } },
    ],
    ['Named', { '$.detail.name': 'sleep' }, { action: 'sleep', input: null }],
    ['Asked', { '$.detail': { action: 'sleep', input: 1 } }, { action: 'sleep', input: 1 }],
    ['Nightly', {}, { action: 'sleep', input: { seconds: 1 } }],
  ])('%s makes a start event of an event', (rule, values, request) => {
    expect(startEventOf(rule, { '$.id': 'event 1', ...values })).toEqual({
      rule: expect.stringMatching(new RegExp(`^Foreign-${rule}-[0-9A-F]{8}/Target0$`)),
      eventId: 'event 1',
      request,
    });
  });

  it('names the tenant that it is given, and none otherwise', () => {
    expect(startEventOf('Owned', { '$.id': 'event 1' })).toMatchObject({ tenant: 'acme' });
    expect(startEventOf('Asked', { '$.id': 'event 1', '$.detail': {} })).not.toHaveProperty('tenant');
    expect(() => tasks.startTask({ action: 'sleep', tenant: '' })).toThrow(ConfigurationError);
  });

  it('is the api function, and what EventBridge cannot deliver goes to the queue of refused events', () => {
    expect(targetOf('Profile')).toMatchObject({
      Arn: { 'Fn::GetAtt': [expect.stringMatching(/^TasksApiFunction/), 'Arn'] },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^TasksRefusedEventQueue/), 'Arn'] } },
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400 },
    });
  });

  it('makes a task of its own where a rule has two', () => {
    const { Targets } = v.parse(TwoTargets, template.named('AWS::Events::Rule', 'Twice').Properties);
    const [first, second] = Targets.map(({ InputTransformer }) => InputTransformer.InputTemplate);
    expect(first).toContain('/Target0"');
    expect(second).toContain('/Target1"');
  });

  it('stands in a rule of another stack too, which may send there what it cannot deliver', () => {
    expect(() => app.synth()).not.toThrow();
    const policy = JSON.stringify(
      template.named('AWS::SQS::QueuePolicy', 'TasksRefusedEventQueuePolicy').Properties,
    );
    expect(policy).toContain('"Principal":{"Service":"events.amazonaws.com"}');
    expect(policy).toContain(':rule/*"');
    expect(policy.match(/sqs:SendMessage/g)).toHaveLength(1);
  });

  it('cannot name an action that the registry lacks', () => {
    expect(() => tasks.startTask({ action: 'csv-profil' })).toThrow(ConfigurationError);
    expect(() => tasks.startTask({ action: 'csv-profil' })).toThrow(/"csv-profil".*csv-profile, .*sleep/);
  });
});

it('an invocation that keeps failing is told to the queue of refused events', () => {
  const [config, ...others] = template.all('AWS::Lambda::EventInvokeConfig').values();
  expect(others).toEqual([]);
  expect(config?.Properties).toMatchObject({
    FunctionName: { Ref: expect.stringMatching(/^TasksApiFunction/) },
    MaximumRetryAttempts: 2,
    DestinationConfig: {
      OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(/^TasksRefusedEventQueue/), 'Arn'] } },
    },
  });
});
