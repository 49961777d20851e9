import { App, Duration, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { DeadLetterQueue, TaskQueue } from '../../infra/task-queue.ts';
import { readTemplate } from './read-template.ts';
import { temporaryDirectory } from './temporary-directory.ts';

describe('TaskQueue', () => {
  const stack = new Stack(new App({ outdir: temporaryDirectory() }));
  const deadLetterQueue = new DeadLetterQueue(stack, 'DeadLetterQueue', {});
  const { node } = new TaskQueue(stack, 'Queue', { deadLetterQueue, workerTimeout: Duration.seconds(300) });
  const template = readTemplate(stack);

  it('hides a message for six worker timeouts and gives it up after five deliveries', () => {
    expect(template.named('AWS::SQS::Queue', node.id).Properties).toMatchObject({
      VisibilityTimeout: 1800,
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': [expect.stringMatching(/^DeadLetterQueue/), 'Arn'] },
        maxReceiveCount: 5,
      },
    });
  });

  it.each(['Queue', 'DeadLetterQueue'])(
    'has %s keep messages for 14 days, encrypted, in no order',
    (name) => {
      const { Properties } = template.named('AWS::SQS::Queue', name);
      expect(Properties).toMatchObject({
        MessageRetentionPeriod: 14 * 24 * 3600,
        SqsManagedSseEnabled: true,
      });
      expect(Properties).not.toHaveProperty('FifoQueue');
    },
  );

  it.each(['Queue', 'DeadLetterQueue'])('has %s refuse whoever comes without TLS', (name) => {
    const { Properties } = template.named('AWS::SQS::QueuePolicy', `${name}Policy`);
    expect(Properties).toMatchObject({
      Queues: [{ Ref: expect.stringMatching(new RegExp(`^${name}[0-9A-F]{8}$`)) }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });
});
