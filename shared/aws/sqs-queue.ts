import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  MessageNotInflight,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { TaskQueue } from '../task/queue.ts';
import { reaching } from './reaching.ts';
import { createSqsSender } from './sqs-sender.ts';

/** SQS's longest wait for messages. */
const MAX_WAIT_SECONDS = 20;
/** A long poll may last this much longer than its wait. */
const POLL_MARGIN_MS = 5000;

/** A queue in SQS. */
export function createSqsQueue(options: {
  readonly client: SQSClient;
  readonly queueUrl: string;
}): TaskQueue {
  const { client } = options;
  const queue = { QueueUrl: options.queueUrl } as const;
  return {
    maxWaitSeconds: MAX_WAIT_SECONDS,

    ...createSqsSender(options),

    receive: ({ max, waitSeconds, signal }) =>
      reaching('queue', async () => {
        if (signal?.aborted === true) return [];
        const command = new ReceiveMessageCommand({
          ...queue,
          MaxNumberOfMessages: max,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['ApproximateReceiveCount'],
        });
        const requestTimeout = waitSeconds * 1000 + POLL_MARGIN_MS;
        const answer = await client
          .send(command, { requestTimeout, ...(signal && { abortSignal: signal }) })
          .catch((error: unknown) => {
            if (signal?.aborted === true) return undefined;
            throw error;
          });
        return (answer?.Messages ?? []).map(({ Body = '', ReceiptHandle = '', Attributes }) => ({
          body: Body,
          receipt: ReceiptHandle,
          receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
        }));
      }),

    countWaiting: () =>
      reaching('queue', async () => {
        const command = new GetQueueAttributesCommand({
          ...queue,
          AttributeNames: ['ApproximateNumberOfMessages'],
        });
        const { Attributes: attributes } = await client.send(command);
        return Number(attributes?.ApproximateNumberOfMessages ?? 0);
      }),

    delete: (receipt) =>
      reaching('queue', () =>
        tolerating(client.send(new DeleteMessageCommand({ ...queue, ReceiptHandle: receipt }))),
      ),

    setVisibility: (receipt, seconds) =>
      reaching('queue', () =>
        tolerating(
          client.send(
            new ChangeMessageVisibilityCommand({
              ...queue,
              ReceiptHandle: receipt,
              VisibilityTimeout: seconds,
            }),
          ),
        ),
      ),
  };
}

/** A delivery whose message is gone or was delivered again has nothing left to do. */
async function tolerating(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!isSpent(error)) throw error;
  }
}

/**
 * SQS says of a message that is gone, and of a time beyond the 12 h since its delivery, that the value is invalid. The SDK has
 * no class for that. Either way the queue's own timeout decides.
 */
function isSpent(error: unknown): boolean {
  return (
    error instanceof ReceiptHandleIsInvalid ||
    error instanceof MessageNotInflight ||
    (error instanceof SQSServiceException && error.name === 'InvalidParameterValue')
  );
}
