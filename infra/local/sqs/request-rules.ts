import type { SqsInput } from './sqs-messages.ts';

/** Why SQS refuses a request, or one entry of a batch. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

const MAX_DELAY_SECONDS = 900;

/** Up to 128 letters, digits and punctuation marks of ASCII. */
const MESSAGE_GROUP_ID = /^[!-~]{1,128}$/;

/** A receipt handle that fauxqs may have given out: one that was used up stays well-formed. */
const RECEIPT_HANDLE = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * What SQS would refuse in a message to send and fauxqs takes.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function refuseSend(entry: SqsInput): Refusal | undefined {
  const { DelaySeconds = 0, MessageGroupId } = entry;
  if (!Number.isInteger(DelaySeconds) || DelaySeconds < 0 || DelaySeconds > MAX_DELAY_SECONDS) {
    return invalidParameter(
      'DelaySeconds',
      DelaySeconds,
      `DelaySeconds must be >= 0 and <= ${MAX_DELAY_SECONDS}.`,
    );
  }
  if (MessageGroupId !== undefined && !MESSAGE_GROUP_ID.test(MessageGroupId)) {
    const rule =
      'MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.';
    return invalidParameter('MessageGroupId', MessageGroupId, rule);
  }
  return undefined;
}

/** Refuses a receipt handle that no queue here ever gave out. */
export function refuseReceiptHandle({ ReceiptHandle }: SqsInput): Refusal | undefined {
  if (ReceiptHandle === undefined || RECEIPT_HANDLE.test(ReceiptHandle)) return undefined;
  return {
    code: 'ReceiptHandleIsInvalid',
    message: `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
  };
}

function invalidParameter(name: string, value: string | number, rule: string): Refusal {
  return {
    code: 'InvalidParameterValue',
    message: `Value ${value} for parameter ${name} is invalid. Reason: ${rule}`,
  };
}
