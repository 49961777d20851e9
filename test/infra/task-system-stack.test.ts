import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { describeApi } from '../../shared/http/openapi/describe-api.ts';
import { createApp } from '../../infra/create-app.ts';
import { readTemplate } from './read-template.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const outdir = temporaryDirectory();
const stack = createApp({ outdir }).node.findChild('TaskSystem');
if (!Stack.isStack(stack)) throw new Error('TaskSystem is no stack.');
const template = readTemplate(stack);

const Environment = v.object({ Variables: v.record(v.string(), v.unknown()) });
const AccessLog = v.object({ Format: v.string() });
const Route = v.object({
  RouteKey: v.string(),
  AuthorizationType: v.string(),
  Target: v.object({
    'Fn::Join': v.tuple([
      v.literal(''),
      v.tuple([v.literal('integrations/'), v.object({ Ref: v.string() })]),
    ]),
  }),
});

const Integration = v.object({
  IntegrationType: v.literal('AWS_PROXY'),
  PayloadFormatVersion: v.literal('2.0'),
  IntegrationUri: v.object({ 'Fn::GetAtt': v.tuple([v.string(), v.literal('Arn')]) }),
});

/** The function behind a route, as it is named in the task system. */
function functionOf({ Target }: v.InferOutput<typeof Route>): string {
  const integration = template.all('AWS::ApiGatewayV2::Integration').get(Target['Fn::Join'][1][1].Ref);
  const [id] = v.parse(Integration, integration?.Properties).IntegrationUri['Fn::GetAtt'];
  return id.replace(/^Tasks|[0-9A-F]{8}$/g, '');
}

describe('the functions', () => {
  it('run on Node 24 and arm64, each with a log group of its own that is kept for a month', () => {
    const functions = [...template.all('AWS::Lambda::Function').values()];
    expect(functions).toHaveLength(5);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
    }
    const logging = functions.map(({ Properties }) => JSON.stringify(Properties['LoggingConfig']));
    expect(new Set(logging).size).toBe(5);
    for (const { Properties } of template.all('AWS::Logs::LogGroup').values()) {
      expect(Properties['RetentionInDays']).toBe(30);
    }
  });

  it('give the worker ten tasks at once, without waiting for more, and take back single failures', () => {
    const { Properties } = template.named('AWS::Lambda::EventSourceMapping', 'TasksWorkerFunctionQueue');
    expect(Properties).toMatchObject({
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FunctionName: { Ref: expect.stringContaining('WorkerFunction') },
      EventSourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^TasksQueue/), 'Arn'] },
    });
    expect(Properties).not.toHaveProperty('ScalingConfig');
  });

  it.each([
    ['ApiFunction', 512, 29, ['QUEUE_URL', 'REFUSED_EVENT_QUEUE_URL', 'RETENTION_DAYS', 'TABLE_NAME']],
    ['WorkerFunction', 1024, 300, ['QUEUE_URL', 'RETENTION_DAYS', 'TABLE_NAME']],
    ['StatusFunction', 512, 29, ['TABLE_NAME']],
    ['EventsFunction', 512, 60, ['API_URL', 'EVENT_BUS_ARN', 'TABLE_NAME', 'UNSENT_EVENT_QUEUE_URL']],
    ['ReconcilerFunction', 512, 50, ['DEAD_LETTER_QUEUE_URL', 'QUEUE_URL', 'RETENTION_DAYS', 'TABLE_NAME']],
  ])('give %s %d MB, %d s and no more environment than it needs', (name, memory, timeout, variables) => {
    const { Properties } = template.named('AWS::Lambda::Function', `Tasks${name}`);
    expect(Properties).toMatchObject({ MemorySize: memory, Timeout: timeout });
    const { Variables } = v.parse(Environment, Properties['Environment']);
    expect(Object.keys(Variables).toSorted()).toEqual(variables);
    expect(Variables).toMatchObject(variables.includes('RETENTION_DAYS') ? { RETENTION_DAYS: '7' } : {});
  });
});

describe('the reconciler', () => {
  it('is invoked every minute, and a late invocation is not made up for', () => {
    const { Properties } = template.named('AWS::Events::Rule', 'TasksReconcilerClock');
    expect(Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [expect.stringMatching(/^TasksReconcilerFunction/), 'Arn'] },
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        },
      ],
    });
  });

  it('gets every dead letter, hidden for six of its time-outs meanwhile', () => {
    const { Properties } = template.named(
      'AWS::Lambda::EventSourceMapping',
      'TasksReconcilerFunctionDeadLetters',
    );
    expect(Properties).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^TasksDeadLetterQueue/), 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(template.named('AWS::SQS::Queue', 'TasksDeadLetterQueue').Properties).toMatchObject({
      VisibilityTimeout: 300,
    });
  });
});

describe('the HTTP API', () => {
  it('has these routes and no other, all behind IAM but the completion by token and what tells nothing of tasks', () => {
    const routes = [...template.all('AWS::ApiGatewayV2::Route').values()].map(({ Properties }) => [
      Properties['RouteKey'],
      functionOf(v.parse(Route, Properties)),
      Properties['AuthorizationType'],
    ]);
    expect(new Set(routes.map(String))).toEqual(
      new Set([
        '$default,StatusFunction,AWS_IAM',
        'ANY /v1/health,StatusFunction,NONE',
        'ANY /v1/openapi.json,StatusFunction,NONE',
        'GET /v1/tasks,StatusFunction,AWS_IAM',
        'GET /v1/tasks/{id},StatusFunction,AWS_IAM',
        'POST /v1/task-batches,ApiFunction,AWS_IAM',
        'POST /v1/tasks,ApiFunction,AWS_IAM',
        'POST /v1/tasks/{id}/cancel,ApiFunction,AWS_IAM',
        'POST /v1/tasks/{id}/fail,ApiFunction,NONE',
        'POST /v1/tasks/{id}/heartbeat,ApiFunction,NONE',
        'POST /v1/tasks/{id}/retry,ApiFunction,AWS_IAM',
        'POST /v1/tasks/{id}/succeed,ApiFunction,NONE',
      ]),
    );
  });

  it('guards what its description says is guarded, and nothing else', () => {
    const open = [...template.all('AWS::ApiGatewayV2::Route').values()]
      .map(({ Properties }) => v.parse(Route, Properties))
      .filter(({ AuthorizationType }) => AuthorizationType === 'NONE')
      .map(({ RouteKey }) => RouteKey.replace(/^ANY /, 'GET '));
    const described = Object.entries(describeApi([]).paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { security }]) =>
        security?.length === 0 ? [`${method.toUpperCase()} /v1${path}`] : [],
      ),
    );
    expect(new Set(open)).toEqual(new Set(described));
  });

  it('logs every access, without headers, queries and user agents', () => {
    const { Properties } = template.named('AWS::ApiGatewayV2::Stage', 'TasksApiStage');
    expect(Properties).toMatchObject({ StageName: '$default', AutoDeploy: true });
    const { Format } = v.parse(AccessLog, Properties['AccessLogSettings']);
    expect(JSON.parse(Format)).toMatchObject({
      requestId: '$context.requestId',
      route: '$context.routeKey',
      status: '$context.status',
    });
    expect(Format).not.toMatch(/header|query|userAgent/i);
  });
});

describe('the stack', () => {
  it('names nothing, so that it can be deployed twice', () => {
    const namesOf = {
      'AWS::DynamoDB::Table': 'TableName',
      'AWS::SQS::Queue': 'QueueName',
      'AWS::Lambda::Function': 'FunctionName',
      'AWS::IAM::Role': 'RoleName',
      'AWS::Logs::LogGroup': 'LogGroupName',
    };
    for (const [type, name] of Object.entries(namesOf)) {
      expect(template.all(type).size).toBeGreaterThan(0);
      for (const { Properties } of template.all(type).values()) expect(Properties).not.toHaveProperty(name);
    }
  });

  it('keeps the logical ids by which CloudFormation knows what holds data', () => {
    expect([...template.all('AWS::DynamoDB::Table').keys()]).toEqual(['TasksTable45D1B62D']);
    expect([...template.all('AWS::SQS::Queue').keys()].toSorted()).toEqual([
      'TasksDeadLetterQueueE47CA1D8',
      'TasksEventsUnsentEventQueueB97CFA13',
      'TasksQueue14B5121E',
      'TasksRefusedEventQueue15A33A0D',
    ]);
  });

  it('tells its callers and operators where things are', () => {
    const outputs = stack.node.findAll().filter((construct) => construct instanceof CfnOutput);
    const values = Object.fromEntries(
      outputs.map((output) => [output.node.id, JSON.stringify(stack.resolve(output.value))]),
    );
    expect(Object.keys(values).toSorted()).toEqual([
      'DeadLetterQueueUrl',
      'EventBusName',
      'QueueUrl',
      'RefusedEventQueueUrl',
      'TableName',
      'Url',
      'WorkerFunctionName',
    ]);
    expect(values['Url']).toMatch(/"https:\/\/",.*"\/v1"/);
  });
});
