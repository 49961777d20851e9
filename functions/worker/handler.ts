import { actions } from '#actions';
import { createDynamoClient, createSqsClient } from '../../shared/aws/clients.ts';
import { createDynamoStorage } from '../../shared/aws/dynamo-storage.ts';
import { createSqsQueue } from '../../shared/aws/sqs-queue.ts';
import { QUEUE_URL, RETENTION_DAYS, TABLE_NAME } from '../../shared/environment-names.ts';
import { stdoutLogger } from '../../shared/process/json-logger.ts';
import { readVariable } from '../../shared/process/read-variable.ts';
import { systemClock } from '../../shared/process/system-clock.ts';
import { systemRandom } from '../../shared/process/system-random.ts';
import { DAY_MS } from '../../shared/task/limits.ts';
import { createRegistry } from '../../shared/task/registry.ts';
import { createWorker } from './worker.ts';

const registry = createRegistry(actions);

/** The entry of the worker function. */
export const handler = createWorker({
  storage: createDynamoStorage({
    client: createDynamoClient(),
    tableName: readVariable(process.env, TABLE_NAME),
  }),
  queue: createSqsQueue({ client: createSqsClient(), queueUrl: readVariable(process.env, QUEUE_URL) }),
  clock: systemClock,
  random: systemRandom,
  logger: stdoutLogger,
  retentionMs: Number(readVariable(process.env, RETENTION_DAYS)) * DAY_MS,
  findAction: ({ action }) => registry.get(action),
});
