import { describe, expect, test } from 'vitest';
import { readCloudAssembly } from '../../../../infra/local/assembly/cloud-assembly.ts';
import { localReferences } from '../../../../infra/local/assembly/local-references.ts';
import { planStack, type StackPlan } from '../../../../infra/local/assembly/plan-stack.ts';
import {
  FIXTURE_CODE,
  FIXTURE_RESOURCES,
  writeAssembly,
  type FixtureResources,
} from '../fixture-assembly.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const STREAM_ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/Fixture-Table/stream/local';

function mapping(Properties: object): FixtureResources[string] {
  return {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
      FunctionName: { Ref: 'Work' },
      StartingPosition: 'LATEST',
      ...Properties,
    },
  };
}

function plan(changes: FixtureResources): StackPlan {
  const directory = temporaryDirectory();
  writeAssembly(directory, { ...FIXTURE_RESOURCES, ...changes }, FIXTURE_CODE);
  const assembly = readCloudAssembly(directory);
  const endpoints = { queueUrl: (name: string) => `http://sqs/${name}`, apiUrl: 'http://api' };
  return planStack(assembly, localReferences(assembly, endpoints));
}

const sourceOf = (Properties: object): StackPlan['streamSources'][number] | undefined =>
  plan({ Stream: mapping(Properties) }).streamSources[0];

describe('the mapping of a table’s stream', () => {
  test('has Lambda’s defaults', () => {
    const source = sourceOf({});
    expect(source).toEqual({
      streamArn: STREAM_ARN,
      functionName: 'Fixture-Work',
      startingPosition: 'LATEST',
      batchSize: 100,
      windowMs: 0,
      matches: expect.any(Function),
      reportsItemFailures: false,
      bisects: false,
      maxRetries: Infinity,
      maxAgeMs: 86_400_000,
      failureQueueArn: undefined,
    });
    expect(source?.matches({ eventName: 'REMOVE' })).toBe(true);
  });

  test('has what the template says', () => {
    const filters = [
      { eventName: ['INSERT'] },
      { dynamodb: { NewImage: { final: { S: [{ exists: true }] } } } },
    ];
    const source = sourceOf({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 2,
      FilterCriteria: { Filters: filters.map((filter) => ({ Pattern: JSON.stringify(filter) })) },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 60,
      ParallelizationFactor: 10,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } } },
    });
    expect(source).toMatchObject({
      startingPosition: 'TRIM_HORIZON',
      batchSize: 10,
      windowMs: 2000,
      reportsItemFailures: true,
      bisects: true,
      maxRetries: 3,
      maxAgeMs: 60_000,
      failureQueueArn: 'arn:aws:sqs:us-east-1:000000000000:Fixture-DeadLetters',
    });
    const records = [
      { eventName: 'INSERT', dynamodb: { NewImage: {} } },
      { eventName: 'MODIFY', dynamodb: { NewImage: { final: { S: 'failed' } } } },
      { eventName: 'MODIFY', dynamodb: { NewImage: {} } },
    ];
    expect(records.map((record) => source?.matches(record))).toEqual([true, true, false]);
  });

  test('takes -1 for without a limit, and is nothing when it is disabled', () => {
    const unlimited = sourceOf({ MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1 });
    expect(unlimited).toMatchObject({ maxRetries: Infinity, maxAgeMs: 86_400_000 });
    expect(sourceOf({ Enabled: false })).toBeUndefined();
  });

  test.each<[string, object, string]>([
    ['another position', { StartingPosition: 'AT_TIMESTAMP' }, 'StartingPosition AT_TIMESTAMP'],
    ['no position', { StartingPosition: undefined }, 'needs a text there'],
    ['an unknown property', { TumblingWindowInSeconds: 5 }, 'the property TumblingWindowInSeconds'],
    [
      'a filter that is no JSON',
      { FilterCriteria: { Filters: [{ Pattern: '{' }] } },
      'Pattern, is no JSON: {',
    ],
    [
      'an unknown operator',
      { FilterCriteria: { Filters: [{ Pattern: '{"a":[{"contains":"x"}]}' }] } },
      'Stream, FilterCriteria, Filters, Pattern, has at a the operator contains',
    ],
    [
      'a destination that is no queue',
      { DestinationConfig: { OnFailure: { Destination: 'arn:aws:sns:us-east-1:000000000000:topic' } } },
      'tells queues only',
    ],
  ])('is refused with %s', (_, properties, sentence) => {
    expect(() => sourceOf(properties)).toThrow(sentence);
  });

  test('is refused beside another one of the same stream', () => {
    const two = { Stream: mapping({}), Other: mapping({ FunctionName: { Ref: 'Fetch' } }) };
    expect(() => plan(two)).toThrow(`${STREAM_ARN} has mappings to Fixture-Work and to Fixture-Fetch`);
  });
});

test('a table’s stream has its view, is left out where nothing reads it, and refused with an unknown view', () => {
  const streamed = (StreamViewType: string): FixtureResources => ({
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: { ...FIXTURE_RESOURCES['Table']?.Properties, StreamSpecification: { StreamViewType } },
    },
  });
  const read = plan({ ...streamed('NEW_IMAGE'), Stream: mapping({}) });
  expect(read.tables[0]?.create.StreamSpecification).toEqual({
    StreamEnabled: true,
    StreamViewType: 'NEW_IMAGE',
  });
  expect(plan(streamed('NEW_IMAGE')).tables[0]?.create.StreamSpecification).toBeUndefined();
  expect(() => plan(streamed('ALL'))).toThrow('StreamViewType ALL: it is one of KEYS_ONLY');
});
