import { createTask, newTaskKey } from '../../shared/task/create-task.ts';
import type { Created } from '../../shared/task/create-task.ts';
import { ActionNotFoundError } from '../../shared/task/errors.ts';
import { contextTaskId } from '../../shared/task/logger.ts';
import type { RequestedTimes } from '../../shared/task/task-times.ts';
import type { ApiDependencies } from './api-dependencies.ts';

/** A task that somebody asks for. */
export interface WantedTask extends RequestedTimes {
  readonly tenant: string;
  readonly action: string;
  readonly input?: unknown;
  readonly idempotencyKey?: string | undefined;
  readonly traceparent?: string | undefined;
  /** The rule of EventBridge that asks for it. */
  readonly rule?: string | undefined;
}

/** Creates a task, and logs that it did. @throws ActionNotFoundError, and what `createTask` throws */
export async function createOne(dependencies: ApiDependencies, wanted: WantedTask): Promise<Created> {
  const { registry, random, logger } = dependencies;
  const { tenant, input, idempotencyKey, startAt, deadlineAt, traceparent, rule } = wanted;
  const action = registry.get(wanted.action);
  if (action === undefined) throw new ActionNotFoundError(wanted.action);
  const key = newTaskKey(tenant, random, idempotencyKey);
  const times = { startAt, deadlineAt };
  const created = await createTask(dependencies, { key, action, input, times, traceparent });
  if (!created.repeated) {
    const from = rule === undefined ? {} : { rule };
    logger.info('task created', { [contextTaskId]: created.task.id, action: action.name, ...from });
  }
  return created;
}
