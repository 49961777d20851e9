import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A resource as it stands in a template. */
interface FixtureResource {
  readonly Type: string;
  readonly Properties?: object;
  readonly Condition?: string;
}

/** A template's resources by their logical ids. */
export type FixtureResources = Readonly<Record<string, FixtureResource>>;

/** The code of the fixture's functions, by the name of its asset. */
export type FixtureCode = Readonly<Record<string, string>>;

const attribute = (logicalId: string, name: string): object => ({ 'Fn::GetAtt': [logicalId, name] });

/** A function whose code is the asset of that name. */
export function fixtureFunction(asset: string, properties: object = {}): FixtureResource {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}-${AWS::Region}' }, S3Key: `${asset}.zip` },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: attribute('Role', 'Arn'),
      Timeout: 5,
      ...properties,
    },
  };
}

/** A route to a function, and its integration. */
export function fixtureRoute(name: string, key: string, functionId: string): FixtureResources {
  return {
    [`${name}Integration`]: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: attribute(functionId, 'Arn'),
        PayloadFormatVersion: '2.0',
      },
    },
    [`${name}Route`]: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: key,
        AuthorizationType: 'AWS_IAM',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: `${name}Integration` }]] },
      },
    },
  };
}

const ENTER = `
  const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  exports.handler = async (event) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: event.body }));
    return { statusCode: 202 };
  };`;

const WORK = `
  const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
  const dynamodb = new DynamoDBClient();
  exports.handler = async (event) => {
    for (const record of event.Records) {
      const Item = { pk: { S: record.body }, record: { S: JSON.stringify(record) } };
      await dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item }));
    }
    return { batchItemFailures: [] };
  };`;

const FETCH = `
  const { DynamoDBClient, GetItemCommand } = require('@aws-sdk/client-dynamodb');
  const dynamodb = new DynamoDBClient();
  exports.handler = async (event) => {
    const Key = { pk: { S: event.pathParameters.id } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: process.env.TABLE_NAME, Key }));
    return Item === undefined ? { statusCode: 404 } : JSON.parse(Item.record.S);
  };`;

/** POST /items sends its body to a queue, a worker writes it to a table, GET /items/{id} answers the worker's record. */
export const FIXTURE_CODE: FixtureCode = { Enter: ENTER, Work: WORK, Fetch: FETCH };

/** The resources for {@link FIXTURE_CODE}, as CDK writes them. */
export const FIXTURE_RESOURCES: FixtureResources = {
  Role: { Type: 'AWS::IAM::Role', Properties: {} },
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    },
  },
  DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
  Queue: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: 30,
      RedrivePolicy: { deadLetterTargetArn: attribute('DeadLetters', 'Arn'), maxReceiveCount: 5 },
    },
  },
  Enter: fixtureFunction('Enter', { Environment: { Variables: { QUEUE_URL: { Ref: 'Queue' } } } }),
  Work: fixtureFunction('Work', { Environment: { Variables: { TABLE_NAME: { Ref: 'Table' } } } }),
  Fetch: fixtureFunction('Fetch', { Environment: { Variables: { TABLE_NAME: { Ref: 'Table' } } } }),
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: attribute('Queue', 'Arn'),
      FunctionName: { Ref: 'Work' },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
  },
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'Api', ProtocolType: 'HTTP' } },
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
  },
  ...fixtureRoute('Enter', 'POST /items', 'Enter'),
  ...fixtureRoute('Fetch', 'GET /items/{id}', 'Fetch'),
};

/**
 * Writes a cloud assembly with one stack, named Fixture. The assets lie where `require` finds the repository's packages, so `directory`
 * must be below it when the code needs any.
 */
export function writeAssembly(directory: string, resources: FixtureResources, code: FixtureCode): void {
  const json = (name: string, content: object): void =>
    writeFileSync(path.join(directory, name), JSON.stringify(content));
  mkdirSync(directory, { recursive: true });
  json('manifest.json', {
    artifacts: {
      Fixture: {
        type: 'aws:cloudformation:stack',
        properties: { templateFile: 'Fixture.template.json' },
      },
    },
  });
  json('Fixture.template.json', { Resources: resources });
  const files: Record<string, object> = {};
  for (const [name, source] of Object.entries(code)) {
    mkdirSync(path.join(directory, `asset.${name}`), { recursive: true });
    writeFileSync(path.join(directory, `asset.${name}`, 'index.js'), source);
    files[name] = {
      source: { path: `asset.${name}`, packaging: 'zip' },
      destinations: { local: { bucketName: 'assets', objectKey: `${name}.zip` } },
    };
  }
  json('Fixture.assets.json', { files });
}
