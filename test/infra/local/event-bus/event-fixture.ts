import { fixtureFunction, type FixtureCode, type FixtureResources } from '../fixture-assembly.ts';

const arnOf = (logicalId: string): object => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

const PUBLISH = `
  const { EventBridgeClient, PutEventsCommand } = require('@aws-sdk/client-eventbridge');
  const events = new EventBridgeClient();
  exports.handler = async (event) => {
    const Entries = [{ Source: 'shop', DetailType: 'Order', Detail: event.body, EventBusName: process.env.BUS }];
    const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries }));
    return { statusCode: FailedEntryCount === 0 ? 202 : 500 };
  };`;

/** Sends its event to a queue; for \`{ "fail": true }\` it throws, and for \`{ "hang": FILE }\` it makes the file, and hangs if there was none. */
const CONSUME = `
  const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
  const { existsSync, writeFileSync } = require('node:fs');
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  exports.handler = async (event) => {
    const { fail, hang } = event.detail ?? {};
    if (fail) throw new Error('no luck');
    if (hang !== undefined && !existsSync(hang)) {
      writeFileSync(hang, '');
      await new Promise(() => setInterval(() => {}, 1000));
    }
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.RESULTS, MessageBody: JSON.stringify(event) }));
  };`;

/** The code for {@link EVENT_RESOURCES}. */
export const EVENT_CODE: FixtureCode = { Publish: PUBLISH, Consume: CONSUME };

/**
 * POST /events puts its body on a bus; one rule sends it to a function, which sends it to the queue Results, another to the queue Copies,
 * and a disabled one to the queue Never. What the function fails at goes to the queue Failures, without another try.
 */
export const EVENT_RESOURCES: FixtureResources = {
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } },
  Results: { Type: 'AWS::SQS::Queue' },
  Copies: { Type: 'AWS::SQS::Queue' },
  Never: { Type: 'AWS::SQS::Queue' },
  Failures: { Type: 'AWS::SQS::Queue' },
  Publish: fixtureFunction('Publish', { Environment: { Variables: { BUS: { Ref: 'Bus' } } } }),
  Consume: fixtureFunction('Consume', {
    Environment: { Variables: { RESULTS: { Ref: 'Results' } } },
    Timeout: 60,
  }),
  ConsumeConfig: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: 'Consume' },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: arnOf('Failures') } },
    },
  },
  ...rule('ToFunction', 'Consume', {}),
  ...rule('ToQueue', 'Copies', {
    InputTransformer: {
      InputPathsMap: { detail: '$.detail', source: '$.source' },
      InputTemplate: '{"from":"<source>","detail":<detail>}',
    },
  }),
  ...rule('Disabled', 'Never', {}, 'DISABLED'),
};

function rule(name: string, target: string, input: object, State = 'ENABLED'): FixtureResources {
  return {
    [name]: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { source: ['shop'] },
        State,
        Targets: [{ Id: 'Target0', Arn: arnOf(target), ...input }],
      },
    },
  };
}
