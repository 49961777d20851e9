import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { API_URL, EVENT_BUS_ARN, TABLE_NAME, UNSENT_EVENT_QUEUE_URL } from '../shared/environment-names.ts';
import type { ResolvedProps } from './resolve-props.ts';
import { TaskFunction } from './task-function.ts';
import { HTTP_MEMORY_MB, KEY_READ, KEY_WRITE } from './task-functions.ts';
import { DeadEventQueue } from './task-queue.ts';

/** What telling a bus of ended tasks takes. */
export interface TaskEventsProps {
  readonly table: Table;
  /** The bus to tell. @default - one of its own */
  readonly eventBus: IEventBus | undefined;
  /** Where the API answers, down to its version. */
  readonly apiUrl: string;
  /** Directory of the function's bundle. */
  readonly directory: string;
  readonly settings: ResolvedProps;
}

const TIMEOUT = Duration.minutes(1);
/** Rows are at most a KB or so, and most batches are of one record: Lambda does not wait for more. */
const BATCH_SIZE = 100;
/** An hour less than the stream keeps its records, so that people can still read those that were given up. */
const MAX_RECORD_AGE = Duration.hours(23);
/** The attribute of a task row that only an ended task has, as `shared/aws/row-attributes.ts` names it. */
const FINAL_STATUS_ATTRIBUTE = 'fin';

/** Tells a bus of every ended task: the table's stream feeds a function that puts the events. */
export class TaskEvents extends Construct {
  readonly eventBus: EventBus | IEventBus;
  readonly function: IFunction;
  /** Events that the bus will never take, and batches of the stream that were given up. */
  readonly unsentEventQueue: Queue;

  constructor(scope: Construct, id: string, props: TaskEventsProps) {
    super(scope, id);
    const { table, settings } = props;
    const { logRetention, removalPolicy, encryptionKey } = settings;
    const stream = table.tableStreamArn ?? '';
    this.eventBus = props.eventBus ?? new EventBus(this, 'Bus');
    this.unsentEventQueue = new DeadEventQueue(this, 'UnsentEventQueue', { encryptionKey });
    const events = new TaskFunction(this, 'Function', {
      description: 'Tells the event bus of every ended task.',
      directory: props.directory,
      memoryMb: HTTP_MEMORY_MB,
      timeout: TIMEOUT,
      logRetention,
      removalPolicy,
      environment: {
        [TABLE_NAME]: table.tableName,
        [EVENT_BUS_ARN]: this.eventBus.eventBusArn,
        [UNSENT_EVENT_QUEUE_URL]: this.unsentEventQueue.queueUrl,
        [API_URL]: props.apiUrl,
      },
      permissions: [
        { on: table.tableArn, actions: ['dynamodb:BatchGetItem'] },
        {
          on: stream,
          actions: [
            'dynamodb:DescribeStream',
            'dynamodb:GetRecords',
            'dynamodb:GetShardIterator',
            'dynamodb:ListStreams',
          ],
        },
        { on: this.eventBus.eventBusArn, actions: ['events:PutEvents'] },
        { on: this.unsentEventQueue.queueArn, actions: ['sqs:SendMessage'] },
      ],
    });
    this.function = events;
    encryptionKey?.grant(events, ...KEY_READ, ...KEY_WRITE);
    events.addEventSourceMapping('Stream', {
      eventSourceArn: stream,
      // A table that was there before has a day of stream behind it: what ended in that day is told as well.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: BATCH_SIZE,
      filters: [
        FilterCriteria.filter({
          dynamodb: { NewImage: { [FINAL_STATUS_ATTRIBUTE]: { S: [{ exists: true }] } } },
        }),
      ],
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      maxRecordAge: MAX_RECORD_AGE,
      // Not CDK's SqsDlq, which would write the right to send into a policy beside the function's role.
      onFailure: { bind: () => ({ destination: this.unsentEventQueue.queueArn }) },
    });
  }
}
