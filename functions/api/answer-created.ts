import type { HttpResponse } from '../../shared/http/message.ts';
import { taskPath } from '../../shared/http/representation.ts';
import { preferenceApplied, progressStatus, taskResponse } from '../../shared/http/task-response.ts';
import type { CallRequest } from '../../shared/lambda/serve-calls.ts';
import type { Created } from '../../shared/task/create-task.ts';
import { hasFinalStatus } from '../../shared/task/task.ts';
import type { Task } from '../../shared/task/task.ts';
import { waitForFinalStatus } from '../../shared/task/wait-for-final-status.ts';
import type { ApiDependencies } from './api-dependencies.ts';

/** The answer to whoever asked for a new task, and would wait some seconds for its end: 200 once it has ended, and 202 before. */
export async function answerCreated(
  dependencies: ApiDependencies,
  { task: created, repeated }: Created,
  request: CallRequest,
  waitSeconds: number | undefined,
): Promise<HttpResponse> {
  const task = await waitFor(dependencies, created, request, waitSeconds);
  return taskResponse(progressStatus(task), task, dependencies.clock.now(), {
    location: taskPath(task.id),
    ...(repeated && { 'idempotency-replayed': 'true' }),
    ...(waitSeconds !== undefined && preferenceApplied(waitSeconds)),
  });
}

async function waitFor(
  dependencies: ApiDependencies,
  task: Task,
  { arrivedAt, answerBy }: CallRequest,
  waitSeconds = 0,
): Promise<Task> {
  if (waitSeconds === 0 || hasFinalStatus(task)) return task;
  const timeoutMs = Math.min(arrivedAt + waitSeconds * 1000, answerBy) - dependencies.clock.now();
  try {
    return await waitForFinalStatus(dependencies, task, { timeoutMs });
  } catch {
    // It is accepted: a wait that fails must not make it look as if it were not.
    return task;
  }
}
