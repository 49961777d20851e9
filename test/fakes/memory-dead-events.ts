import type { DeadEventQueue, EventFault } from '../../shared/task/dead-event-queue.ts';

/** A queue of dead events in memory. */
export interface MemoryDeadEvents extends DeadEventQueue {
  /** What was kept, in order; bodies are parsed. */
  readonly kept: readonly { readonly event: unknown; readonly fault: EventFault }[];
}

/** Makes an empty one. */
export function createMemoryDeadEvents(): MemoryDeadEvents {
  const kept: { event: unknown; fault: EventFault }[] = [];
  return {
    kept,
    async keep(body, { code, message }) {
      kept.push({ event: JSON.parse(body), fault: { code, message } });
    },
  };
}
