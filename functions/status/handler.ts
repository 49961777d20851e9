import { openPorts } from '../../shared/lambda/open-ports.ts';
import { WAIT_SLEEP_MS } from '../../shared/task/limits.ts';
import { createStatus } from './status.ts';

/** The entry of the status function. */
export const handler = createStatus({ ...openPorts(process.env), waitSleepMs: WAIT_SLEEP_MS });
