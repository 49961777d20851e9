import { isTaskId } from './identity.ts';
import type { TaskKey } from './task.ts';
import { isTenant } from './tenant.ts';

/** A message as it was received. */
export interface Delivery {
  readonly body: string;
  /** Names this delivery to `delete` and `setVisibility`; another delivery of the same message has another. */
  readonly receipt: string;
  /** How often the message was delivered, this time included. It may count deliveries that nobody worked on. */
  readonly receiveCount: number;
}

/**
 * The queue that carries task ids to workers: at least once, in no order. A delivery hides its message for a while; not
 * deleted by then, it is delivered again. Every implementation passes the contract suite. Methods reject with an
 * `UnavailableError` when the queue does not do its work.
 */
export interface TaskQueue {
  /** The longest wait that `receive` takes. */
  readonly maxWaitSeconds: number;

  /** Sends a task's id, to be delivered after `delaySeconds` (0 to 900; 0 by default). */
  send(
    key: TaskKey,
    options?: { readonly delaySeconds?: number; readonly traceparent?: string | undefined },
  ): Promise<void>;

  /** Takes up to `max` (1 to 10) messages, waiting up to `waitSeconds` (0 to `maxWaitSeconds`) for the first; none when `signal` aborts. */
  receive(options: {
    readonly max: number;
    readonly waitSeconds: number;
    readonly signal?: AbortSignal;
  }): Promise<readonly Delivery[]>;

  /** About how many messages wait to be delivered, without those that are delayed or hidden. */
  countWaiting(): Promise<number>;

  /** Removes the message of a delivery. Done twice, or after its redelivery, it is no error. */
  delete(receipt: string): Promise<void>;

  /** Hides the message of a delivery for `seconds` (0 to 43,200) from now on. */
  setVisibility(receipt: string, seconds: number): Promise<void>;
}

/** The body of the message that carries `key`. */
export function bodyOf({ tenant, id }: TaskKey): string {
  return JSON.stringify({ tenant, id });
}

/** The task that a message is about, or undefined when the message is not one of ours. Members it does not know are ignored. */
export function parseBody(body: string): TaskKey | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || !('tenant' in value) || !('id' in value))
      return undefined;
    const { tenant, id } = value;
    return isTenant(tenant) && isTaskId(id) ? { tenant, id } : undefined;
  } catch {
    return undefined;
  }
}
