import { createTask } from './create-task.ts';
import type { CreateDependencies, Created } from './create-task.ts';
import { TaskNotRetryableError } from './errors.ts';
import { fetchTask } from './fetch-task.ts';
import { retryIdOf } from './identity.ts';
import type { Registry } from './registry.ts';
import { hasFinalStatus, hasSucceededStatus } from './task.ts';
import type { TaskKey } from './task.ts';

/** What retrying needs. */
export interface RetryDependencies extends CreateDependencies {
  readonly registry: Registry;
}

/**
 * Makes a new task of one that failed or was cancelled, with its action and input, and default times; the old one stays as it is.
 * Done twice, the second one finds the first one's task: to try once more, retry that one.
 * @throws TaskNotFoundError when there is no such task; TaskNotRetryableError when it has not ended, has succeeded, or its action is
 *   gone; InputRejectedError when the action does not take the input any more; UnavailableError, as `createTask` does.
 */
export async function retryTask(
  dependencies: RetryDependencies,
  { key, traceparent }: { readonly key: TaskKey; readonly traceparent?: string | undefined },
): Promise<Created> {
  const task = await fetchTask(dependencies, key);
  if (!hasFinalStatus(task)) throw new TaskNotRetryableError(task.id, 'it has not ended yet');
  if (hasSucceededStatus(task)) throw new TaskNotRetryableError(task.id, 'it has succeeded');
  const action = dependencies.registry.get(task.action);
  if (action === undefined) {
    throw new TaskNotRetryableError(task.id, `there is no action ${task.action} any more`);
  }
  return createTask(dependencies, {
    key: { tenant: task.tenant, id: retryIdOf(task) },
    action,
    input: task.input,
    retryOf: task.id,
    traceparent,
  });
}
