import { openBusPorts } from '../../shared/lambda/open-bus.ts';
import { createEvents } from './events.ts';

/** The entry of the events function. */
export const handler = createEvents(openBusPorts(process.env));
