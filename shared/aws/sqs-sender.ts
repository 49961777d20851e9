import { createHash } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { bodyOf } from '../task/queue.ts';
import type { TaskQueue } from '../task/queue.ts';
import { reaching } from './reaching.ts';

/** What SQS takes as a message group. */
const GROUP = /^[!-~]{1,128}$/;

/**
 * The sending half of a queue in SQS, for who needs no more: the other commands would only make a cold start longer. The tenant is the
 * message group, by which SQS shields quiet tenants from a noisy one (fair queues).
 */
export function createSqsSender({
  client,
  queueUrl,
}: {
  readonly client: SQSClient;
  readonly queueUrl: string;
}): Pick<TaskQueue, 'send'> {
  const queue = { QueueUrl: queueUrl } as const;
  return {
    send: (key, { delaySeconds, traceparent } = {}) =>
      reaching('queue', async () => {
        await client.send(
          new SendMessageCommand({
            ...queue,
            MessageBody: bodyOf(key),
            MessageGroupId: groupOf(key.tenant),
            ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
            ...(traceparent !== undefined && {
              MessageAttributes: { traceparent: { DataType: 'String', StringValue: traceparent } },
            }),
          }),
        );
      }),
  };
}

function groupOf(tenant: string): string {
  return GROUP.test(tenant) ? tenant : createHash('sha256').update(tenant).digest('hex');
}
