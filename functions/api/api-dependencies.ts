import type { CreateDependencies } from '../../shared/task/create-task.ts';
import type { DeadEventQueue } from '../../shared/task/dead-event-queue.ts';
import type { Logger } from '../../shared/task/logger.ts';
import type { Registry } from '../../shared/task/registry.ts';
import type { WaitDependencies } from '../../shared/task/wait-for-final-status.ts';

/** What the api function needs. */
export interface ApiDependencies extends CreateDependencies, WaitDependencies {
  readonly registry: Registry;
  readonly logger: Logger;
  /** Keeps the events by which no task can be started. */
  readonly refusedEvents: DeadEventQueue;
  /** The claim of the authorizer that names a task's owner; undefined where all tasks belong to one. */
  readonly tenantClaim?: string | undefined;
}
