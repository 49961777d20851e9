import { createEventBridgeClient } from '../aws/clients.ts';
import { createEventBridgeBus } from '../aws/event-bridge-bus.ts';
import { API_URL, EVENT_BUS_ARN, TABLE_NAME, UNSENT_EVENT_QUEUE_URL } from '../environment-names.ts';
import type { DeadEventQueue } from '../task/dead-event-queue.ts';
import type { EventBus } from '../task/event-bus.ts';
import { openDeadEvents, openPorts } from './open-ports.ts';
import type { Ports } from './open-ports.ts';
import { readVariable } from './read-variable.ts';
import type { Environment } from './read-variable.ts';

/** What telling the bus of ended tasks takes. */
export interface BusPorts extends Ports {
  readonly bus: EventBus;
  readonly unsent: DeadEventQueue;
  /** CloudEvents' `source`: the table tells one task system from another. */
  readonly source: string;
  readonly apiUrl: string;
}

/** The table, the bus and the queue of unsent events that the environment names. @throws TypeError when a variable is missing */
export function openBusPorts(environment: Environment): BusPorts {
  return {
    ...openPorts(environment),
    bus: createEventBridgeBus({
      client: createEventBridgeClient(),
      busName: readVariable(environment, EVENT_BUS_ARN),
    }),
    unsent: openDeadEvents(environment, UNSENT_EVENT_QUEUE_URL),
    source: `urn:task-system:${readVariable(environment, TABLE_NAME)}`,
    apiUrl: readVariable(environment, API_URL),
  };
}
