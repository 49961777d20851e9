import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DEAD_LETTER_QUEUE_URL, QUEUE_URL, RETENTION_DAYS, TABLE_NAME } from '../shared/environment-names.ts';
import {
  RECONCILER_INTERVAL_MS,
  RECONCILER_TIMEOUT_SECONDS,
  WORKER_BATCH_SIZE,
} from '../shared/task/limits.ts';
import type { ResolvedProps } from './resolve-props.ts';
import { TaskFunction } from './task-function.ts';
import { HTTP_MEMORY_MB, KEY_READ, KEY_WRITE } from './task-functions.ts';

/** What the reconciler takes. */
export interface TaskReconcilerProps {
  readonly table: Table;
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  /** Directory of its bundle. */
  readonly directory: string;
  readonly settings: ResolvedProps;
}

/**
 * The function that keeps the promise when nobody is looking: each minute it looks at the open tasks that are due for a look,
 * and it decides about every dead letter.
 */
export class TaskReconciler extends Construct {
  readonly function: IFunction;
  /** Invokes it each minute. */
  readonly clock: Rule;

  constructor(scope: Construct, id: string, props: TaskReconcilerProps) {
    super(scope, id);
    const { table, queue, deadLetterQueue, directory, settings } = props;
    const { logRetention, removalPolicy, encryptionKey } = settings;
    const reconciler = new TaskFunction(this, 'Function', {
      description: 'Ends tasks that nobody else will end, and sends those that were lost.',
      directory,
      memoryMb: HTTP_MEMORY_MB,
      timeout: Duration.seconds(RECONCILER_TIMEOUT_SECONDS),
      logRetention,
      removalPolicy,
      environment: {
        [TABLE_NAME]: table.tableName,
        [RETENTION_DAYS]: String(settings.retention.toDays()),
        [QUEUE_URL]: queue.queueUrl,
        [DEAD_LETTER_QUEUE_URL]: deadLetterQueue.queueUrl,
      },
      permissions: [
        { on: table.tableArn, actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'] },
        { on: `${table.tableArn}/index/byLook`, actions: ['dynamodb:Query'] },
        { on: queue.queueArn, actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes'] },
        {
          on: deadLetterQueue.queueArn,
          actions: [
            'sqs:ReceiveMessage',
            'sqs:DeleteMessage',
            'sqs:ChangeMessageVisibility',
            'sqs:GetQueueAttributes',
          ],
        },
      ],
    });
    this.function = reconciler;
    encryptionKey?.grant(reconciler, ...KEY_READ, ...KEY_WRITE);
    reconciler.addEventSourceMapping('DeadLetters', {
      eventSourceArn: deadLetterQueue.queueArn,
      batchSize: WORKER_BATCH_SIZE,
      reportBatchItemFailures: true,
    });
    this.clock = new Rule(this, 'Clock', {
      description: 'Looks at open tasks.',
      schedule: Schedule.rate(Duration.millis(RECONCILER_INTERVAL_MS)),
      // A look that is late is of no use: the next one finds the same tasks.
      targets: [new FunctionTarget(reconciler, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }
}
