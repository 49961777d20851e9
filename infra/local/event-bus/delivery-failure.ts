import { QueueDoesNotExist, SQSServiceException } from '@aws-sdk/client-sqs';
import { isRefusal } from '../sqs/send-to-queue.ts';

/** Why an event did not reach its target. */
export interface DeliveryFailure {
  /** One of EventBridge's: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
  readonly code: string;
  readonly message: string;
  /** Whether another try may help: EventBridge makes none otherwise. */
  readonly mayPass: boolean;
}

/** A target that cannot take an event, now or ever. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a failed delivery means. What SQS refuses it will refuse again; that it does not answer may pass. */
export function deliveryFailure(error: unknown): DeliveryFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof DeliveryError) return { code: error.code, message, mayPass: false };
  if (error instanceof QueueDoesNotExist) return { code: 'NO_RESOURCE', message, mayPass: false };
  if (!(error instanceof SQSServiceException)) return { code: 'CONNECTION_FAILURE', message, mayPass: true };
  return { code: 'ERROR_FROM_TARGET', message, mayPass: !isRefusal(error) };
}
