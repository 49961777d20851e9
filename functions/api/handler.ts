import { actions } from '#actions';
import { openDeadEvents, openSendingPorts } from '../../shared/lambda/open-ports.ts';
import { REFUSED_EVENT_QUEUE_URL, TENANT_CLAIM } from '../../shared/environment-names.ts';
import { WAIT_SLEEP_MS } from '../../shared/task/limits.ts';
import { createRegistry } from '../../shared/task/registry.ts';
import { createApi } from './api.ts';

/** The entry of the api function. */
export const handler = createApi({
  ...openSendingPorts(process.env),
  refusedEvents: openDeadEvents(process.env, REFUSED_EVENT_QUEUE_URL),
  registry: createRegistry(actions),
  waitSleepMs: WAIT_SLEEP_MS,
  tenantClaim: process.env[TENANT_CLAIM],
});
