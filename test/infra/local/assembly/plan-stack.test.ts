import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCloudAssembly } from '../../../../infra/local/assembly/cloud-assembly.ts';
import { fixtureFunction, type FixtureResources } from '../fixture-assembly.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { planFixture } from './plan-fixture.ts';

function variables(values: object): FixtureResources {
  return { Work: fixtureFunction('Work', { Environment: { Variables: values } }) };
}

function resolved(values: object): Readonly<Record<string, string>> | undefined {
  return planFixture(variables(values)).functions.find(({ name }) => name === 'Fixture-Work')?.variables;
}

describe('the plan of a template', () => {
  test('has its functions, queues, tables, mappings and routes, with every reference resolved', () => {
    const { tables, queues, functions, eventSources, httpApi } = planFixture();
    expect(tables.map(({ name, timeToLiveAttribute }) => [name, timeToLiveAttribute])).toEqual([
      ['Fixture-Table', 'expiresAt'],
    ]);
    expect(queues).toContainEqual({
      name: 'Fixture-Queue',
      arn: 'arn:aws:sqs:us-east-1:000000000000:Fixture-Queue',
      attributes: {
        VisibilityTimeout: '30',
        RedrivePolicy:
          '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:Fixture-DeadLetters","maxReceiveCount":5}',
      },
    });
    expect(functions[0]).toMatchObject({
      name: 'Fixture-Enter',
      label: 'Enter',
      handler: 'index.handler',
      timeoutMs: 5000,
      memoryMb: 128,
      maxEnvironments: 32,
      variables: { QUEUE_URL: 'http://sqs/Fixture-Queue' },
    });
    expect(functions.map(({ label, maxEnvironments }) => [label, maxEnvironments])).toEqual([
      ['Enter', 32],
      ['Work', 4],
      ['Fetch', 32],
    ]);
    expect(eventSources).toEqual([
      {
        queueArn: 'arn:aws:sqs:us-east-1:000000000000:Fixture-Queue',
        functionName: 'Fixture-Work',
        batchSize: 10,
        windowMs: 0,
        maxConcurrency: undefined,
        reportsItemFailures: true,
      },
    ]);
    expect(httpApi).toMatchObject({
      stage: '$default',
      unenforced: ['AWS_IAM'],
      routes: [
        { key: 'POST /items', functionName: 'arn:aws:lambda:us-east-1:000000000000:function:Fixture-Enter' },
        { key: 'GET /items/{id}', timeoutMs: 30_000 },
      ],
    });
  });

  test('resolves Ref, Fn::GetAtt, Fn::Join, Fn::Sub and the pseudo parameters', () => {
    expect(
      resolved({
        REGION: { Ref: 'AWS::Region' },
        ARN: { 'Fn::GetAtt': ['Table', 'Arn'] },
        DOTTED: { 'Fn::GetAtt': 'Queue.QueueName' },
        JOINED: { 'Fn::Join': ['/', ['a', { Ref: 'Table' }, { Ref: 'AWS::NoValue' }, 'b']] },
        SUBSTITUTED: {
          'Fn::Sub': ['${AWS::AccountId} ${Queue} ${Table.Arn} ${own} ${!kept}', { own: { Ref: 'Api' } }],
        },
        ABSENT: { Ref: 'AWS::NoValue' },
        NUMBER: 7,
      }),
    ).toEqual({
      REGION: 'us-east-1',
      ARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/Fixture-Table',
      DOTTED: 'Fixture-Queue',
      JOINED: 'a/Fixture-Table/b',
      SUBSTITUTED:
        '000000000000 http://sqs/Fixture-Queue arn:aws:dynamodb:us-east-1:000000000000:table/Fixture-Table Api ${kept}',
      NUMBER: '7',
    });
  });

  test('names what is not emulated, another source’s mapping among it, and knows such a resource by its logical id', () => {
    const changes: FixtureResources = {
      ...variables({ TOPIC: { Ref: 'Topic' } }),
      Topic: { Type: 'AWS::SNS::Topic' },
      StreamMapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks',
          StartingPosition: 'LATEST',
        },
      },
    };
    const { notEmulated, functions } = planFixture(changes);
    expect(notEmulated).toEqual([
      'AWS::IAM::Role (1)',
      'AWS::Lambda::EventSourceMapping of another source (1)',
      'AWS::SNS::Topic (1)',
    ]);
    expect(functions.find(({ label }) => label === 'Work')?.variables).toEqual({ TOPIC: 'Topic' });
  });

  test('takes a name that the template gives, and cuts a long generated one to its end', () => {
    const long = `Very${'Long'.repeat(30)}12345678`;
    const { queues } = planFixture({
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'given' } },
      [long]: { Type: 'AWS::SQS::Queue' },
    });
    const names = queues.map(({ name }) => name);
    expect(names).toContain('given');
    expect(names).toContain(long.slice(-80));
  });

  test.each<[string, FixtureResources, string]>([
    [
      'an unknown intrinsic',
      variables({ X: { 'Fn::Select': [0, ['a']] } }),
      'AWS::Lambda::Function Work, Environment uses Fn::Select',
    ],
    ['a name that is nowhere', variables({ X: { Ref: 'Nowhere' } }), 'refers to Nowhere'],
    [
      'an unknown attribute',
      variables({ X: { 'Fn::GetAtt': ['Queue', 'Size'] } }),
      'AWS::SQS::Queue Queue has no attribute Size',
    ],
    [
      'an unknown property',
      { Work: fixtureFunction('Work', { Layers: [] }) },
      'AWS::Lambda::Function Work has the property Layers',
    ],
    [
      'an unknown property deep inside',
      { Queue: { Type: 'AWS::SQS::Queue', Properties: { RedrivePolicy: { deadline: 1 } } } },
      'AWS::SQS::Queue Queue, RedrivePolicy has the property deadline',
    ],
    [
      'a value of another type',
      { Work: fixtureFunction('Work', { Timeout: [] }) },
      'AWS::Lambda::Function Work has Timeout []: the local stack needs a number there.',
    ],
    [
      'a condition',
      { Queue: { Type: 'AWS::SQS::Queue', Condition: 'InEurope' } },
      'AWS::SQS::Queue Queue stands under a condition',
    ],
    [
      'another runtime',
      { Work: fixtureFunction('Work', { Runtime: 'python3.13' }) },
      'AWS::Lambda::Function Work has Runtime python3.13',
    ],
    ['code that is no asset', { Work: fixtureFunction('Other') }, 'Other.zip, which is no asset'],
    [
      'an integration of another kind',
      {
        EnterIntegration: {
          Type: 'AWS::ApiGatewayV2::Integration',
          Properties: { ApiId: 'Api', IntegrationType: 'HTTP_PROXY', IntegrationUri: 'https://example.com' },
        },
      },
      'EnterIntegration is HTTP_PROXY with payload format 1.0',
    ],
    [
      'a second stage',
      { Other: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: 'Api', StageName: 'test' } } },
      'has the stages $default, test',
    ],
  ])('refuses %s with its place', (_, changes, sentence) => {
    expect(() => planFixture(changes)).toThrow(sentence);
  });
});

describe('a cloud assembly', () => {
  test('is refused when the directory holds none', () => {
    const directory = temporaryDirectory();
    expect(() => readCloudAssembly(directory)).toThrow(
      `${path.join(directory, 'manifest.json')} does not exist`,
    );
  });

  test('is refused when it holds no stack', () => {
    const directory = temporaryDirectory();
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, 'manifest.json'), '{"artifacts":{"Tree":{"type":"cdk:tree"}}}');
    expect(() => readCloudAssembly(directory)).toThrow(
      'holds the stacks none: the local stack runs exactly one.',
    );
  });
});
