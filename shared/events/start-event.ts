import * as v from 'valibot';

const startEvent = v.object({
  startTask: v.object({
    rule: v.string(),
    eventId: v.string(),
    tenant: v.optional(v.string()),
    request: v.unknown(),
  }),
});

/** What a rule of EventBridge makes of an event that it matches: the request to start a task. */
export interface StartEvent {
  /** Names the rule and its target, so that two of either make two tasks of one event. */
  readonly rule: string;
  /** The event's own id: the same, however often the event is delivered. */
  readonly eventId: string;
  /** The owner of the task, as the rule says. @default the one tenant there is where no claim tells tenants apart */
  readonly tenant?: string | undefined;
  /** What to start, `{ action, input }`; unchecked, as it may come from the event. */
  readonly request: unknown;
}

/** The request to start a task that a function was invoked with, or undefined when it was invoked with something else. */
export function readStartEvent(event: unknown): StartEvent | undefined {
  const result = v.safeParse(startEvent, event);
  return result.success ? result.output.startTask : undefined;
}

/** The idempotency key of the task that a start event makes: a repeated event makes no second one. */
export function idempotencyKeyOf({ rule, eventId }: StartEvent): string {
  return `event/${rule}/${eventId}`;
}
