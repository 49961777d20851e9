import { actions } from '#actions';
import { openQueuePorts } from '../../shared/lambda/open-ports.ts';
import { createRegistry } from '../../shared/task/registry.ts';
import { createWorker } from './worker.ts';

const registry = createRegistry(actions);

/** The entry of the worker function. */
export const handler = createWorker({
  ...openQueuePorts(process.env),
  findAction: ({ action }) => registry.get(action),
});
