import { calls } from '../../shared/http/calls.ts';
import { readBody, readParameters } from '../../shared/http/read-request.ts';
import { taskResponse } from '../../shared/http/task-response.ts';
import type { HttpResponse } from '../../shared/http/message.ts';
import type { CallRequest } from '../../shared/lambda/serve-calls.ts';
import { failTask, heartbeatTask, succeedTask } from '../../shared/task/complete-task.ts';
import type { CompleteDependencies } from '../../shared/task/complete-task.ts';
import { readCompletionToken } from '../../shared/task/completion-token.ts';
import { CompletionTokenInvalidError } from '../../shared/task/errors.ts';
import type { Task } from '../../shared/task/task.ts';
import type { ApiDependencies } from './api-dependencies.ts';

/** Answers `POST /v1/tasks/{id}/succeed`. */
export async function succeed(dependencies: ApiDependencies, request: CallRequest): Promise<HttpResponse> {
  const { output } = await readBody(calls.succeedTask, request);
  return complete(dependencies, request, (completing, token) => succeedTask(completing, token, output));
}

/** Answers `POST /v1/tasks/{id}/fail`. */
export async function fail(dependencies: ApiDependencies, request: CallRequest): Promise<HttpResponse> {
  const { error } = await readBody(calls.failTask, request);
  const { message, ...named } = error;
  // As an error, or its name would not count.
  const thrown = Object.assign(new Error(message), named);
  return complete(dependencies, request, (completing, token) => failTask(completing, token, thrown));
}

/** Answers `POST /v1/tasks/{id}/heartbeat`. */
export async function heartbeat(dependencies: ApiDependencies, request: CallRequest): Promise<HttpResponse> {
  const { progress } = await readBody(calls.heartbeatTask, request);
  const { percent, message } = progress;
  const noted = { percent, ...(message !== undefined && { message }) };
  return complete(dependencies, request, (completing, token) => heartbeatTask(completing, token, noted));
}

/** The token is all that is asked for: it names its task, and its tenant. */
async function complete(
  dependencies: ApiDependencies,
  request: CallRequest,
  completion: (completing: CompleteDependencies, token: string) => Promise<Task>,
): Promise<HttpResponse> {
  const { 'task-token': token = '' } = readParameters(calls.succeedTask, request).headers;
  if (readCompletionToken(token)?.key.id !== request.id) throw new CompletionTokenInvalidError();
  const findAction = ({ action }: { readonly action: string }) => dependencies.registry.get(action);
  const task = await completion({ ...dependencies, findAction }, token);
  return taskResponse(200, task, dependencies.clock.now());
}
