import { actions } from '#actions';
import { openQueuePorts } from '../../shared/lambda/open-ports.ts';
import { createRegistry } from '../../shared/task/registry.ts';
import { createApi } from './api.ts';

/** The entry of the api function. */
export const handler = createApi({ ...openQueuePorts(process.env), registry: createRegistry(actions) });
