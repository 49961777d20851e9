import { SendMessageCommand, SQSServiceException, type SQSClient } from '@aws-sdk/client-sqs';

/** Sends a message to a queue, by its ARN, with attributes that are texts. Throws what SQS answers. */
export type SendToQueue = (
  queueArn: string,
  body: string,
  attributes?: Readonly<Record<string, string>>,
) => Promise<void>;

/** A sender to the queues of one SQS. */
export function sendToQueueWith(sqs: SQSClient, queueUrlOf: (queueArn: string) => string): SendToQueue {
  return async (queueArn, body, attributes = {}) => {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    await sqs.send(
      new SendMessageCommand({ QueueUrl: queueUrlOf(queueArn), MessageBody: body, MessageAttributes }),
    );
  };
}

/** Whether SQS refused the message, and will again; any other error may pass. */
export function isRefusal(error: unknown): boolean {
  return error instanceof SQSServiceException && error.$fault === 'client';
}

/**
 * Sends the last that is left of something to a queue. What SQS refuses is lost, as in AWS, and a line says so.
 *
 * @throws any other error: then it is not lost yet.
 */
export async function sendLast(send: () => Promise<void>, print: (line: string) => void): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    print(`lost, as its last queue refused it: ${String(error)}`);
  }
}
