import { join } from 'node:path';
import { TENANT_CLAIM } from '../../shared/environment-names.ts';
import { openPorts } from '../../shared/lambda/open-ports.ts';
import { WAIT_SLEEP_MS } from '../../shared/task/limits.ts';
import { createStatus } from './status.ts';

/** The entry of the status function. The synth puts the OpenAPI document beside its code. */
export const handler = createStatus({
  ...openPorts(process.env),
  waitSleepMs: WAIT_SLEEP_MS,
  tenantClaim: process.env[TENANT_CLAIM],
  async readDescription() {
    // Few ask for it: it costs no cold start.
    const { readFile } = await import('node:fs/promises');
    return readFile(join(process.env['LAMBDA_TASK_ROOT'] ?? '.', 'openapi.json'), 'utf8');
  },
});
