import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  QUEUE_URL,
  REFUSED_EVENT_QUEUE_URL,
  RETENTION_DAYS,
  TABLE_NAME,
  TENANT_CLAIM,
} from '../shared/environment-names.ts';
import type { FunctionBundles } from './bundle-functions.ts';
import type { ResolvedProps } from './resolve-props.ts';
import { TaskFunction } from './task-function.ts';

/** 512 MB costs what 256 MB costs for a call and answers three times sooner; below that the AWS SDK starts slowly. */
export const HTTP_MEMORY_MB = 512;
/** A second less than API Gateway's 30, so that the function's own end comes first. */
const HTTP_TIMEOUT = Duration.seconds(29);

/** What a function needs of a key to read what it encrypts. */
export const KEY_READ = ['kms:Decrypt', 'kms:DescribeKey'];
/** What a function needs of a key to write what it encrypts. */
export const KEY_WRITE = [
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** The three functions of a task system. */
export interface TaskFunctions {
  readonly api: TaskFunction;
  readonly worker: TaskFunction;
  readonly status: TaskFunction;
}

/** What the functions work on. */
export interface TaskFunctionsProps {
  readonly table: Table;
  readonly queue: Queue;
  readonly refusedEventQueue: Queue;
  readonly bundles: FunctionBundles;
  readonly settings: ResolvedProps;
}

/** Makes the functions `ApiFunction`, `WorkerFunction` and `StatusFunction`, and lets the queue feed the worker. */
export function createTaskFunctions(scope: Construct, props: TaskFunctionsProps): TaskFunctions {
  const { table, queue, refusedEventQueue, bundles, settings } = props;
  const { logRetention, removalPolicy, encryptionKey } = settings;
  const own = { logRetention, removalPolicy };
  const tenants = settings.tenantClaim === undefined ? {} : { [TENANT_CLAIM]: settings.tenantClaim };
  const reads = { [TABLE_NAME]: table.tableName };
  const writes = {
    ...reads,
    [QUEUE_URL]: queue.queueUrl,
    [RETENTION_DAYS]: String(settings.retention.toDays()),
  };

  const api = new TaskFunction(scope, 'ApiFunction', {
    ...own,
    description:
      'Creates, cancels and completes tasks: writes them to the table and sends their ids to the queue.',
    directory: bundles.api,
    memoryMb: HTTP_MEMORY_MB,
    timeout: HTTP_TIMEOUT,
    environment: { ...writes, ...tenants, [REFUSED_EVENT_QUEUE_URL]: refusedEventQueue.queueUrl },
    permissions: [
      {
        on: table.tableArn,
        actions: ['dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
      },
      { on: queue.queueArn, actions: ['sqs:SendMessage'] },
      { on: refusedEventQueue.queueArn, actions: ['sqs:SendMessage'] },
    ],
  });
  const worker = new TaskFunction(scope, 'WorkerFunction', {
    ...own,
    description: 'Runs the actions of tasks and writes their final status.',
    directory: bundles.worker,
    memoryMb: settings.workerMemoryMb,
    timeout: settings.workerTimeout,
    environment: writes,
    permissions: [
      {
        on: table.tableArn,
        actions: ['dynamodb:UpdateItem', 'dynamodb:PutItem', 'dynamodb:BatchGetItem'],
      },
      {
        on: queue.queueArn,
        actions: [
          'sqs:ReceiveMessage',
          'sqs:DeleteMessage',
          'sqs:ChangeMessageVisibility',
          'sqs:GetQueueAttributes',
        ],
      },
    ],
  });
  const status = new TaskFunction(scope, 'StatusFunction', {
    ...own,
    description: 'Fetches and lists tasks, and waits for their final status.',
    directory: bundles.status,
    memoryMb: HTTP_MEMORY_MB,
    timeout: HTTP_TIMEOUT,
    environment: { ...reads, ...tenants },
    permissions: [
      { on: table.tableArn, actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem'] },
      { on: `${table.tableArn}/index/byLook`, actions: ['dynamodb:Query'] },
      { on: `${table.tableArn}/index/byEnd`, actions: ['dynamodb:Query'] },
    ],
  });

  encryptionKey?.grant(api, ...KEY_READ, ...KEY_WRITE);
  encryptionKey?.grant(worker, ...KEY_READ, ...KEY_WRITE);
  encryptionKey?.grant(status, ...KEY_READ);

  worker.addEventSourceMapping('Queue', {
    eventSourceArn: queue.queueArn,
    batchSize: settings.batchSize,
    maxBatchingWindow: Duration.seconds(0),
    reportBatchItemFailures: true,
    ...(settings.workerConcurrency === undefined ? {} : { maxConcurrency: settings.workerConcurrency }),
  });
  return { api, worker, status };
}
