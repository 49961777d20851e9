import { Duration, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  MAX_RECEIVE_COUNT,
  QUEUE_RETENTION_DAYS,
  RECONCILER_TIMEOUT_SECONDS,
  VISIBILITY_TIMEOUTS,
} from '../shared/task/limits.ts';

/** What every queue takes. */
export interface DeadLetterQueueProps {
  readonly encryptionKey?: IKey | undefined;
}

/** What the queue takes. */
export interface TaskQueueProps extends DeadLetterQueueProps {
  readonly deadLetterQueue: Queue;
  /** The worker's timeout, from which the visibility timeout follows. */
  readonly workerTimeout: Duration;
}

/**
 * Messages that were received {@link MAX_RECEIVE_COUNT} times and never deleted. They keep the time at which they were first
 * sent, so its retention ought to exceed the queue's; both are at the 14 days that SQS allows at most, because a message
 * gets here within hours: after five visibility timeouts.
 */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id, {
      ...safeguards(props),
      visibilityTimeout: Duration.seconds(VISIBILITY_TIMEOUTS * RECONCILER_TIMEOUT_SECONDS),
    });
  }
}

/** Keeps events that could not be dealt with, for 14 days: nobody reads it but people. */
export class DeadEventQueue extends Queue {
  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id, safeguards(props));
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'It is where EventBridge, Lambda and the functions put what failed, and no function reads it.',
    });
  }
}

/**
 * Carries the ids of tasks that wait for a worker. A message stays hidden for six worker timeouts, as AWS advises for a queue
 * that feeds a function (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html); there is no batching
 * window to add.
 */
export class TaskQueue extends Queue {
  constructor(scope: Construct, id: string, props: TaskQueueProps) {
    super(scope, id, {
      ...safeguards(props),
      visibilityTimeout: Duration.seconds(VISIBILITY_TIMEOUTS * props.workerTimeout.toSeconds()),
      deadLetterQueue: { queue: props.deadLetterQueue, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
  }
}

function safeguards({ encryptionKey }: DeadLetterQueueProps): QueueProps {
  return {
    enforceSSL: true,
    retentionPeriod: Duration.days(QUEUE_RETENTION_DAYS),
    ...(encryptionKey === undefined
      ? { encryption: QueueEncryption.SQS_MANAGED }
      : { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }),
  };
}
