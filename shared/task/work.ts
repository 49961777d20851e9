import type { Action } from './action.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';
import type { TaskQueue } from './queue.ts';
import type { Random } from './random.ts';
import type { TaskStorage } from './storage.ts';
import { hasLiveLease } from './task-row.ts';
import type { TaskRow } from './task-row.ts';
import { hasFinalStatus } from './task.ts';
import type { TaskKey } from './task.ts';

/** What working on tasks needs. */
export interface WorkDependencies {
  readonly storage: TaskStorage;
  readonly queue: Pick<TaskQueue, 'setVisibility'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly retentionMs: number;
  /** The action that a task names, or undefined when this worker does not have it. */
  findAction(task: TaskKey & { readonly action: string }): Action | undefined;
  /** Called when the message of a task that has ended, or is gone, has done its work. */
  onEnded?(task: TaskKey): void;
}

/** A delivered message about a task, and the time that its worker has for it. */
export interface Work {
  readonly key: TaskKey;
  readonly receipt: string;
  /** When the worker itself is stopped, in milliseconds since 1970; infinite where nothing stops it. */
  readonly workerEndsAt: number;
}

/** What becomes of the message: deleted, or kept and delivered again after `visibleInMs`. */
export type Disposition =
  | { readonly kind: 'delete'; readonly isParked?: true }
  | { readonly kind: 'keep'; readonly visibleInMs: number };

/** The message has done its work. */
export const deleteMessage: Disposition = { kind: 'delete' };

/** The message has done its work, and its task goes on without one: it waits for completion from outside. */
export const deleteOfParked: Disposition = { kind: 'delete', isParked: true };

/** The message is needed again at `time`. */
export function keepUntil(time: number, now: number): Disposition {
  return { kind: 'keep', visibleInMs: Math.max(0, time - now) };
}

/** How soon a message comes back when it is not known what it has to wait for. */
export const RECONSIDER_MS = 1000;

/**
 * What becomes of the message when a write of ours was refused by `row`. Only a final status lets it go: a lease that is
 * live elsewhere may belong to a worker that has died, and this may be the task's only message.
 */
export function afterLostWrite(row: TaskRow | undefined, now: number): Disposition {
  if (row === undefined || hasFinalStatus(row)) return deleteMessage;
  return keepUntil(
    hasLiveLease(row, now) && row.leaseUntil !== undefined ? row.leaseUntil : now + RECONSIDER_MS,
    now,
  );
}
