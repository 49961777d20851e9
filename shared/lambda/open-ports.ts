import { createDynamoClient, createSqsClient } from '../aws/clients.ts';
import { createDeadEventQueue } from '../aws/dead-event-queue.ts';
import { createDynamoStorage } from '../aws/dynamo-storage.ts';
import { createSqsQueue } from '../aws/sqs-queue.ts';
import { createSqsSender } from '../aws/sqs-sender.ts';
import { DEAD_LETTER_QUEUE_URL, QUEUE_URL, RETENTION_DAYS, TABLE_NAME } from '../environment-names.ts';
import { stdoutLogger } from '../process/json-logger.ts';
import { systemClock } from '../process/system-clock.ts';
import { systemRandom } from '../process/system-random.ts';
import type { Clock } from '../task/clock.ts';
import type { DeadEventQueue } from '../task/dead-event-queue.ts';
import { DAY_MS } from '../task/limits.ts';
import type { Logger } from '../task/logger.ts';
import type { TaskQueue } from '../task/queue.ts';
import type { Random } from '../task/random.ts';
import type { TaskStorage } from '../task/storage.ts';
import { readVariable } from './read-variable.ts';
import type { Environment } from './read-variable.ts';

/** What every function of the stack works with. */
export interface Ports {
  readonly storage: TaskStorage;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** What the function that creates tasks needs beside. */
export interface SendingPorts extends Ports {
  readonly queue: Pick<TaskQueue, 'send'>;
  readonly retentionMs: number;
}

/** What the functions that work on tasks need beside. */
export interface QueuePorts extends SendingPorts {
  readonly queue: TaskQueue;
}

/** The table that the environment names, and this process's clock, randomness and log. @throws TypeError when the variable is missing */
export function openPorts(environment: Environment): Ports {
  const tableName = readVariable(environment, TABLE_NAME);
  return {
    storage: createDynamoStorage({ client: createDynamoClient(), tableName }),
    clock: systemClock,
    random: systemRandom,
    logger: stdoutLogger,
  };
}

/** The same, and the queue that the environment names, to send to. @throws TypeError when a variable is missing */
export function openSendingPorts(environment: Environment): SendingPorts {
  return openWith(environment, createSqsSender);
}

/** The same, with all of the queue. @throws TypeError when a variable is missing */
export function openQueuePorts(environment: Environment): QueuePorts {
  return openWith(environment, createSqsQueue);
}

function openWith<Queue>(
  environment: Environment,
  openQueue: (options: Parameters<typeof createSqsQueue>[0]) => Queue,
) {
  const queueUrl = readVariable(environment, QUEUE_URL);
  return {
    ...openPorts(environment),
    queue: openQueue({ client: sharedSqsClient(), queueUrl }),
    retentionMs: Number(readVariable(environment, RETENTION_DAYS)) * DAY_MS,
  };
}

/** The queue of dead letters that the environment names. @throws TypeError when the variable is missing */
export function openDeadLetters(environment: Environment): TaskQueue {
  return createSqsQueue({
    client: sharedSqsClient(),
    queueUrl: readVariable(environment, DEAD_LETTER_QUEUE_URL),
  });
}

/** The queue of events whose URL the variable `name` holds. @throws TypeError when the variable is missing */
export function openDeadEvents(environment: Environment, name: string): DeadEventQueue {
  return createDeadEventQueue({ client: sharedSqsClient(), queueUrl: readVariable(environment, name) });
}

let sqsClient: ReturnType<typeof createSqsClient> | undefined;

/** One for all queues of a function: each has connections of its own, and takes its part of a cold start. */
function sharedSqsClient(): ReturnType<typeof createSqsClient> {
  return (sqsClient ??= createSqsClient());
}
