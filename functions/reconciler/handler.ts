import { openDeadLetters, openQueuePorts } from '../../shared/lambda/open-ports.ts';
import { createReconciler } from './reconciler.ts';

/** The entry of the reconciler function. */
export const handler = createReconciler({
  ...openQueuePorts(process.env),
  deadLetters: openDeadLetters(process.env),
});
