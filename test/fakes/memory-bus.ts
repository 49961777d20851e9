import type { BusEvent, EventBus, PutOutcome } from '../../shared/task/event-bus.ts';

/** A bus in memory. */
export interface MemoryBus extends EventBus {
  /** What was accepted, in order; details are parsed. */
  readonly accepted: readonly { readonly type: string; readonly detail: Record<string, unknown> }[];
  /** How many events each call put. */
  readonly calls: readonly number[];
}

/** Makes a bus whose outcomes are those of `decide`, which knows the event's subject and the number of the call, from 1. */
export function createMemoryBus(decide: (subject: unknown, call: number) => PutOutcome): MemoryBus {
  const accepted: { type: string; detail: Record<string, unknown> }[] = [];
  const calls: number[] = [];

  function take({ type, detail: json }: BusEvent): PutOutcome {
    const detail: Record<string, unknown> = JSON.parse(json);
    const outcome = decide(detail['subject'], calls.length);
    if (outcome.kind === 'accepted') accepted.push({ type, detail });
    return outcome;
  }

  return {
    accepted,
    calls,
    async put(events) {
      calls.push(events.length);
      return events.map(take);
    },
  };
}
