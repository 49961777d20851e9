import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { AccountRootPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { TaskSystem } from '../../infra/task-system.ts';
import { readTemplate } from './read-template.ts';
import type { TemplateReader, TemplateResource } from './read-template.ts';
import { repositoryRoot, temporaryDirectory } from './temporary-directory.ts';

const DEFINE_ACTION = JSON.stringify(join(repositoryRoot, 'shared/task/action.ts'));
const sources = temporaryDirectory({
  'registry.ts': `import { greet } from './greet.ts';\nexport const actions = [greet];`,
  'greet.ts': [
    `import { defineAction } from ${DEFINE_ACTION};`,
    `const input = { '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value }) } };`,
    `export const greet = defineAction({ name: 'greet', input, timeoutMs: 60_000, run: async () => (await import('./greet.run.ts')).greeting });`,
  ].join('\n'),
  'greet.run.ts': `export const greeting = 'hello from a foreign registry';`,
  'twice.ts': `import { greet } from './greet.ts';\nexport const actions = [greet, greet];`,
  'broken.ts': `export const actions = [;`,
  'unnamed.ts': `export default [];`,
});
const registry = join(sources, 'registry.ts');

const Statement = v.object({
  Action: v.union([v.string(), v.array(v.string())]),
  Resource: v.unknown(),
});
type Statement = v.InferOutput<typeof Statement>;
const PolicyDocument = v.object({ Statement: v.array(Statement) });

describe('TaskSystem in a foreign stack', () => {
  const outdir = temporaryDirectory();
  let template: TemplateReader;
  let tasks: TaskSystem;

  beforeAll(() => {
    const stack = new Stack(new App({ outdir }), 'Foreign');
    tasks = new TaskSystem(stack, 'Background', {
      actions: registry,
      workerMemoryMb: 2048,
      workerTimeout: Duration.minutes(10),
      workerConcurrency: 7,
      batchSize: 1,
      retention: Duration.days(30),
      logRetention: RetentionDays.ONE_WEEK,
      encryptionKey: new Key(stack, 'Key'),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new Bucket(stack, 'Bucket').grantRead(tasks.workerFunction);
    const caller = new Role(stack, 'Caller', { assumedBy: new AccountRootPrincipal() });
    tasks.grantCreate(caller);
    const reader = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    tasks.grantFetch(reader);
    const stopper = new Role(stack, 'Stopper', { assumedBy: new AccountRootPrincipal() });
    tasks.grantCancel(stopper);
    template = readTemplate(stack);
  }, 60_000);

  it('carries the foreign actions, and their .run files in the worker only', () => {
    const carrying = [...template.all('AWS::Lambda::Function')].filter(([, resource]) =>
      readFileSync(join(assetOf(resource), 'index.cjs'), 'utf8').includes('hello from a foreign registry'),
    );
    expect(carrying.map(([id]) => id)).toEqual([
      expect.stringMatching(/^BackgroundWorkerFunction[0-9A-F]{8}$/),
    ]);
  });

  it('deploys one file a function, without its source map, and the description of the API beside one', () => {
    const assets = [...template.all('AWS::Lambda::Function').values()].map(assetOf);
    const files = assets.map((asset) => readdirSync(asset).join(' '));
    const alone = Array.from({ length: 4 }, () => 'index.cjs');
    expect(files.toSorted()).toEqual([...alone, 'index.cjs openapi.json']);
  });

  it('derives what follows from its props', () => {
    expect(template.named('AWS::SQS::Queue', 'BackgroundQueue').Properties).toMatchObject({
      VisibilityTimeout: 6 * 600,
    });
    const [mapping] = template.all('AWS::Lambda::EventSourceMapping').values();
    expect(mapping?.Properties).toMatchObject({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 7 } });
    const worker = template.named('AWS::Lambda::Function', 'BackgroundWorkerFunction');
    expect(worker.Properties).toMatchObject({ MemorySize: 2048, Timeout: 600 });
    for (const name of ['ApiFunction', 'WorkerFunction', 'ReconcilerFunction']) {
      const { Properties } = template.named('AWS::Lambda::Function', `Background${name}`);
      expect(Properties).toMatchObject({ Environment: { Variables: { RETENTION_DAYS: '30' } } });
    }
  });

  it('keeps the logs as long as asked, and takes them along with the table when the stack goes', () => {
    expect(template.named('AWS::DynamoDB::Table', 'BackgroundTable').DeletionPolicy).toBe('Delete');
    const logGroups = [...template.all('AWS::Logs::LogGroup').values()];
    expect(logGroups).toHaveLength(6);
    for (const logGroup of logGroups) {
      expect(logGroup).toMatchObject({ Properties: { RetentionInDays: 7 }, DeletionPolicy: 'Delete' });
    }
  });

  it('encrypts the table and both queues with the key, and lets each function use it as far as it must', () => {
    const key = { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] };
    expect(template.named('AWS::DynamoDB::Table', 'BackgroundTable').Properties).toMatchObject({
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: key },
    });
    for (const { Properties } of template.all('AWS::SQS::Queue').values()) {
      expect(Properties).toMatchObject({ KmsMasterKeyId: key });
    }
    expect(keyActionsOf('ApiFunction')).toEqual(keyActionsOf('WorkerFunction'));
    expect(keyActionsOf('ApiFunction')).toContain('kms:GenerateDataKey');
    expect(keyActionsOf('StatusFunction')).toEqual(['kms:Decrypt', 'kms:DescribeKey']);
  });

  it('lets the worker have permissions of its own', () => {
    const actions = statementsOf('BackgroundWorkerFunctionRoleDefaultPolicy').flatMap(({ Action }) => Action);
    expect(actions).toContain('s3:GetObject*');
  });

  it.each([
    ['Caller', ['POST/v1/task-batches', 'POST/v1/tasks', 'POST/v1/tasks/*/retry']],
    ['Reader', ['GET/v1/tasks', 'GET/v1/tasks/*']],
    ['Stopper', ['POST/v1/tasks/*/cancel']],
  ])('grants %s its routes, and no more', (name, routes) => {
    const statements = statementsOf(`${name}DefaultPolicy`);
    expect(statements.flatMap(({ Action }) => Action)).toEqual(['execute-api:Invoke']);
    const granted = [...JSON.stringify(statements).matchAll(/"\/\*\/([^"]*)"/g)].map(([, route]) => route);
    expect(new Set(granted)).toEqual(new Set(routes));
  });

  function assetOf({ Properties }: TemplateResource): string {
    const hash = /[0-9a-f]{64}/.exec(JSON.stringify(Properties['Code']))?.[0];
    return join(outdir, `asset.${hash}`);
  }

  function statementsOf(policy: string): Statement[] {
    const { Properties } = template.named('AWS::IAM::Policy', policy);
    return v.parse(PolicyDocument, Properties['PolicyDocument']).Statement;
  }

  function keyActionsOf(name: string): unknown {
    return statementsOf(`Background${name}RoleDefaultPolicy`).find(({ Action }) =>
      Action.includes('kms:Decrypt'),
    )?.Action;
  }
});

describe('TaskSystem', () => {
  it('takes a JWT authorizer for every route that it guards, and then grants nothing by IAM', () => {
    const stack = new Stack(new App({ outdir: temporaryDirectory() }), 'Foreign');
    const authorizer = new HttpJwtAuthorizer('Tokens', 'https://issuer.example', {
      jwtAudience: ['tasks'],
    });
    const tasks = new TaskSystem(stack, 'Tasks', { actions: registry, authorizer });
    const caller = new Role(stack, 'Caller', { assumedBy: new AccountRootPrincipal() });
    expect(() => tasks.grantCreate(caller)).toThrow(/IAM authorization/);
    const template = readTemplate(stack);
    expect(template.all('AWS::ApiGatewayV2::Authorizer').size).toBe(1);
    const routes = [...template.all('AWS::ApiGatewayV2::Route').values()];
    const guarded = routes.filter(({ Properties }) => Properties['AuthorizationType'] !== 'NONE');
    expect([routes.length, guarded.length]).toEqual([12, 7]);
    for (const { Properties } of guarded) {
      expect(Properties).toMatchObject({
        AuthorizationType: 'JWT',
        AuthorizerId: { Ref: expect.any(String) },
      });
    }
  }, 60_000);

  it('stands twice in one stage, once open to everybody because that was said', () => {
    const app = new App({ outdir: temporaryDirectory() });
    const stack = new Stack(new Stage(app, 'Test'), 'Foreign');
    const open = { actions: registry, authorizer: new HttpNoneAuthorizer() };
    const pair = [new TaskSystem(stack, 'One', open), new TaskSystem(stack, 'Two', { actions: registry })];
    expect(new Set(pair.map(({ url }) => url)).size).toBe(2);
    const template = readTemplate(stack);
    expect(template.all('AWS::Lambda::Function').size).toBe(10);
    const guardedIn = (system: string) =>
      [...template.all('AWS::ApiGatewayV2::Route')].filter(
        ([id, { Properties }]) => id.startsWith(system) && Properties['AuthorizationType'] === 'AWS_IAM',
      ).length;
    expect([guardedIn('One'), guardedIn('Two')]).toEqual([0, 7]);
  }, 60_000);

  it.each([
    ['a broken registry', { actions: join(sources, 'broken.ts') }, /broken\.ts:1:25: Unexpected ";"/],
    [
      'a registry that exports no actions',
      { actions: join(sources, 'unnamed.ts') },
      /unnamed\.ts exports undefined as actions; export an array/,
    ],
    ['two actions of one name', { actions: join(sources, 'twice.ts') }, /Two actions are named greet/],
    [
      'an action that outlives the worker',
      { actions: registry, workerTimeout: Duration.seconds(64) },
      /Action greet has a timeoutMs of 60000/,
    ],
    ['a prop out of its range', { actions: registry, batchSize: 11 }, /batchSize is 11/],
  ])(
    'refuses %s before anything stands in the stack',
    (_, props, message) => {
      const stack = new Stack(new App({ outdir: temporaryDirectory() }), 'Foreign');
      const construct = (): TaskSystem => new TaskSystem(stack, 'Tasks', props);
      expect(construct).toThrow(
        expect.objectContaining({ name: 'ConfigurationError', message: expect.stringMatching(message) }),
      );
      expect(stack.node.findChild('Tasks').node.children).toEqual([]);
    },
    60_000,
  );
});
