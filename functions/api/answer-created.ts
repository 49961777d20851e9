import type { HttpResponse } from '../../shared/http/message.ts';
import { taskPath } from '../../shared/http/representation.ts';
import { preferenceApplied, taskResponse } from '../../shared/http/task-response.ts';
import type { Created } from '../../shared/task/create-task.ts';
import { hasFinalStatus } from '../../shared/task/task.ts';
import type { Task } from '../../shared/task/task.ts';
import { waitForFinalStatus } from '../../shared/task/wait-for-final-status.ts';
import type { ApiDependencies } from './api-dependencies.ts';

/** How long the answer may wait for the end of the task. */
interface AskedWait {
  readonly waitSeconds: number | undefined;
  /** From when they count: the request came then. */
  readonly since: number;
  readonly answerBy: number;
}

/** The answer to whoever asked for a new task: 200 once it has ended, and 202 before. */
export async function answerCreated(
  dependencies: ApiDependencies,
  { task: created, repeated }: Created,
  wait: AskedWait,
): Promise<HttpResponse> {
  const task = await waitFor(dependencies, created, wait);
  return taskResponse(hasFinalStatus(task) ? 200 : 202, task, dependencies.clock.now(), {
    location: taskPath(task.id),
    ...(repeated && { 'idempotency-replayed': 'true' }),
    ...(wait.waitSeconds !== undefined && preferenceApplied(wait.waitSeconds)),
  });
}

async function waitFor(
  dependencies: ApiDependencies,
  task: Task,
  { waitSeconds = 0, since, answerBy }: AskedWait,
): Promise<Task> {
  if (waitSeconds === 0 || hasFinalStatus(task)) return task;
  const timeoutMs = Math.min(since + waitSeconds * 1000, answerBy) - dependencies.clock.now();
  try {
    return await waitForFinalStatus(dependencies, task, { timeoutMs });
  } catch {
    // It is accepted: a wait that fails must not make it look as if it were not.
    return task;
  }
}
