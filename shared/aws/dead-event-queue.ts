import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DeadEventQueue } from '../task/dead-event-queue.ts';
import { reaching } from './reaching.ts';

/** SQS refuses control characters in an attribute's text; a fault's message may quote an action's schema, which may have any. */
const UNPRINTABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
/** SQS takes neither in a body. In JSON they stand in texts only, where they may be escaped. */
const NONCHARACTERS = /[\uFFFE\uFFFF]/g;
/** The reason is for people, and counts in the message's size. */
const MAX_MESSAGE_LENGTH = 1024;

/**
 * Dead events in an SQS queue: the event is the message's body, the fault its attributes `ERROR_CODE` and `ERROR_MESSAGE`, as
 * EventBridge writes them for what it could not deliver itself:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function createDeadEventQueue(options: {
  readonly client: SQSClient;
  readonly queueUrl: string;
}): DeadEventQueue {
  return {
    keep: (body, { code, message }) =>
      reaching('queue', async () => {
        const attribute = (text: string) => ({
          DataType: 'String',
          StringValue: text.slice(0, MAX_MESSAGE_LENGTH).replace(UNPRINTABLE, '\uFFFD'),
        });
        await options.client.send(
          new SendMessageCommand({
            QueueUrl: options.queueUrl,
            MessageBody: body.replace(
              NONCHARACTERS,
              (character) => `\\u${character.charCodeAt(0).toString(16)}`,
            ),
            MessageAttributes: { ERROR_CODE: attribute(code), ERROR_MESSAGE: attribute(message) },
          }),
        );
      }),
  };
}
