import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { join } from 'node:path';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { TaskSystem } from '../../infra/task-system.ts';
import type { TaskSystemProps } from '../../infra/task-system-props.ts';
import { itemOf } from '../../shared/aws/row-attributes.ts';
import { newRow } from '../contracts/rows.ts';
import { readTemplate } from './read-template.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const sources = temporaryDirectory({ 'registry.ts': 'export const actions = [];' });
const Mapping = v.object({
  FilterCriteria: v.object({ Filters: v.tuple([v.object({ Pattern: v.string() })]) }),
});
const Pattern = v.object({ dynamodb: v.object({ NewImage: v.record(v.string(), v.unknown()) }) });

function synthesize(props: (stack: Stack) => Partial<TaskSystemProps> = () => ({})) {
  const stack = new Stack(new App({ outdir: temporaryDirectory() }), 'Foreign');
  const actions = join(sources, 'registry.ts');
  const tasks = new TaskSystem(stack, 'Tasks', { actions, ...props(stack) });
  return { stack, tasks, template: readTemplate(stack) };
}

describe('a task system', () => {
  const { tasks, template } = synthesize();
  const mapping = template.named('AWS::Lambda::EventSourceMapping', 'TasksEventsFunctionStream').Properties;

  it('has a bus of its own that is told of every ended task', () => {
    expect(template.all('AWS::Events::EventBus').size).toBe(1);
    expect(tasks.eventBus).toBeDefined();
    expect(template.named('AWS::Lambda::Function', 'TasksEventsFunction').Properties).toMatchObject({
      Environment: {
        Variables: { EVENT_BUS_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^TasksEventsBus/), 'Arn'] } },
      },
    });
  });

  it('feeds the function from the table’s stream, from its beginning, and takes back single failures', () => {
    expect(template.named('AWS::DynamoDB::Table', 'TasksTable').Properties).toMatchObject({
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
    expect(mapping).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^TasksTable/), 'StreamArn'] },
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
    });
  });

  it('gives up a record before the stream does, and keeps where it was', () => {
    expect(mapping).toMatchObject({
      MaximumRecordAgeInSeconds: 23 * 3600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringContaining('UnsentEventQueue'), 'Arn'] } },
      },
    });
    expect(mapping).not.toHaveProperty('MaximumRetryAttempts');
  });

  it('hands the function the rows of ended tasks only, by the attribute that such a row has', () => {
    const { FilterCriteria } = v.parse(Mapping, mapping);
    const { dynamodb } = v.parse(Pattern, JSON.parse(FilterCriteria.Filters[0].Pattern));
    const [[attribute, condition] = [], ...others] = Object.entries(dynamodb.NewImage);
    expect(others).toEqual([]);
    expect(condition).toEqual({ S: [{ exists: true }] });
    const image = marshall(itemOf(newRow({ finalStatus: 'failed' })));
    expect(image[attribute ?? '']).toEqual({ S: 'failed' });
    expect(itemOf(newRow())).not.toHaveProperty(attribute ?? '');
  });
});

it('tells an existing bus, of another account too, and makes none', () => {
  const arn = 'arn:aws:events:eu-west-1:111111111111:event-bus/shared';
  const { tasks, template } = synthesize((stack) => ({
    eventBus: EventBus.fromEventBusArn(stack, 'Shared', arn),
  }));
  expect(template.all('AWS::Events::EventBus').size).toBe(0);
  expect(tasks.eventBus?.eventBusArn).toBe(arn);
  const role = JSON.stringify(template.named('AWS::IAM::Role', 'TasksEventsFunctionRole').Properties);
  expect(role).toContain(`"Action":"events:PutEvents","Effect":"Allow","Resource":"${arn}"`);
});

it('without a bus tells nobody, and has neither function nor queue for it', () => {
  const { tasks, template } = synthesize(() => ({ eventBus: false }));
  expect(template.all('AWS::Lambda::Function').size).toBe(4);
  expect(template.all('AWS::SQS::Queue').size).toBe(3);
  expect([tasks.eventBus, tasks.eventsFunction, tasks.unsentEventQueue]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('with an imported key, whose policy it cannot change, says what to add to it', () => {
  const arn = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111';
  const { stack } = synthesize((scope) => ({ encryptionKey: Key.fromKeyArn(scope, 'Key', arn) }));
  const warnings = Annotations.fromStack(stack).findWarning(
    '*',
    Match.stringLikeRegexp('events.amazonaws.com do kms:'),
  );
  expect(warnings).toHaveLength(1);
});

it('with a key encrypts the queues of events, and lets EventBridge write to the one that it sends to', () => {
  const { template } = synthesize((stack) => ({ encryptionKey: new Key(stack, 'Key') }));
  for (const { Properties } of template.all('AWS::SQS::Queue').values()) {
    expect(Properties).toHaveProperty('KmsMasterKeyId');
  }
  const [key] = template.all('AWS::KMS::Key').values();
  expect(JSON.stringify(key?.Properties)).toContain(
    '"Action":["kms:Decrypt","kms:GenerateDataKey"],"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"}',
  );
});
