import { idempotencyKeyOf } from '../../shared/events/start-event.ts';
import type { StartEvent } from '../../shared/events/start-event.ts';
import { RequestProblem } from '../../shared/http/problem.ts';
import { readCreateBody } from '../../shared/http/read-create-body.ts';
import { createTask, newTaskKey } from '../../shared/task/create-task.ts';
import type { CreateDependencies } from '../../shared/task/create-task.ts';
import type { DeadEventQueue, EventFault } from '../../shared/task/dead-event-queue.ts';
import {
  ActionNotFoundError,
  IdempotencyKeyReusedError,
  InputRejectedError,
  InputTooLargeError,
} from '../../shared/task/errors.ts';
import { contextTaskId } from '../../shared/task/logger.ts';
import type { Logger } from '../../shared/task/logger.ts';
import type { Registry } from '../../shared/task/registry.ts';
import { DEFAULT_TENANT } from '../../shared/task/tenant.ts';

/** What starting a task from an event needs. */
export interface EventStartDependencies extends CreateDependencies {
  readonly registry: Registry;
  readonly logger: Logger;
  /** Keeps the events by which no task can be started. */
  readonly refusedEvents: DeadEventQueue;
}

/**
 * Starts the task that an event asks for; the event's id is its idempotency key, so a repeated event makes no second task. An event that
 * can never make one is kept in the queue of refused events, with the reason and the code of the problem that an HTTP
 * caller would get.
 * @throws UnavailableError when storage or queue do not work now: Lambda then invokes the function again.
 */
export async function startFromEvent(dependencies: EventStartDependencies, event: StartEvent): Promise<void> {
  const { registry, random, logger, refusedEvents } = dependencies;
  try {
    const { action: name, input } = await readCreateBody(event.request);
    const action = registry.get(name);
    if (action === undefined) throw new ActionNotFoundError(name);
    const key = newTaskKey(DEFAULT_TENANT, random, idempotencyKeyOf(event));
    const { task, repeated } = await createTask(dependencies, { key, action, input });
    if (!repeated) {
      logger.info('task created', { [contextTaskId]: task.id, action: task.action, rule: event.rule });
    }
  } catch (error) {
    const fault = faultOf(error);
    if (fault === undefined) throw error;
    await refusedEvents.keep(JSON.stringify({ startTask: event }), fault);
    logger.error('an event cannot start a task; it is kept in the queue of refused events', {
      code: fault.code,
      rule: event.rule,
    });
  }
}

function faultOf(error: unknown): EventFault | undefined {
  if (error instanceof RequestProblem) return { code: error.code, message: error.message };
  if (error instanceof ActionNotFoundError) return { code: 'action-not-found', message: error.message };
  if (error instanceof InputRejectedError) return { code: 'input-rejected', message: error.message };
  if (error instanceof InputTooLargeError) return { code: 'content-too-large', message: error.message };
  if (error instanceof IdempotencyKeyReusedError) {
    return { code: 'idempotency-key-reused', message: error.message };
  }
  return undefined;
}
