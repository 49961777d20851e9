import { createDynamoClient } from '../../shared/aws/clients.ts';
import { createDynamoStorage } from '../../shared/aws/dynamo-storage.ts';
import { TABLE_NAME } from '../../shared/environment-names.ts';
import { stdoutLogger } from '../../shared/process/json-logger.ts';
import { readVariable } from '../../shared/process/read-variable.ts';
import { systemClock } from '../../shared/process/system-clock.ts';
import { systemRandom } from '../../shared/process/system-random.ts';
import { WAIT_SLEEP_MS } from '../../shared/task/limits.ts';
import { createStatus } from './status.ts';

/** The entry of the status function. */
export const handler = createStatus({
  storage: createDynamoStorage({
    client: createDynamoClient(),
    tableName: readVariable(process.env, TABLE_NAME),
  }),
  clock: systemClock,
  random: systemRandom,
  logger: stdoutLogger,
  waitSleepMs: WAIT_SLEEP_MS,
});
