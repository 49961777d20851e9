import { actions } from '#actions';
import { openDeadEvents, openSendingPorts } from '../../shared/lambda/open-ports.ts';
import { REFUSED_EVENT_QUEUE_URL } from '../../shared/environment-names.ts';
import { createRegistry } from '../../shared/task/registry.ts';
import { createApi } from './api.ts';

/** The entry of the api function. */
export const handler = createApi({
  ...openSendingPorts(process.env),
  refusedEvents: openDeadEvents(process.env, REFUSED_EVENT_QUEUE_URL),
  registry: createRegistry(actions),
});
