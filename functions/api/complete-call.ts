import { calls } from '../../shared/http/calls.ts';
import { readBody, readHeaders, readQuery } from '../../shared/http/read-request.ts';
import { taskResponse } from '../../shared/http/task-response.ts';
import type { HttpResponse } from '../../shared/http/message.ts';
import type { CallRequest } from '../../shared/lambda/serve-calls.ts';
import { failTask, heartbeatTask, succeedTask } from '../../shared/task/complete-task.ts';
import { readCompletionToken } from '../../shared/task/completion-token.ts';
import { CompletionTokenInvalidError } from '../../shared/task/errors.ts';
import type { Task } from '../../shared/task/task.ts';
import type { ApiDependencies } from './api-dependencies.ts';

type Completion = (token: string) => Promise<Task>;

/** Answers `POST /v1/tasks/{id}/succeed`. */
export async function succeed(dependencies: ApiDependencies, request: CallRequest): Promise<HttpResponse> {
  const { output } = await readBody(calls.succeedTask.body, request, { isOptional: true });
  return complete(dependencies, request, (token) => succeedTask(withActions(dependencies), token, output));
}

/** Answers `POST /v1/tasks/{id}/fail`. */
export async function fail(dependencies: ApiDependencies, request: CallRequest): Promise<HttpResponse> {
  const { error } = await readBody(calls.failTask.body, request);
  const { message, ...named } = error;
  // As an error, or its name would not count.
  const thrown = Object.assign(new Error(message), named);
  return complete(dependencies, request, (token) => failTask(withActions(dependencies), token, thrown));
}

/** Answers `POST /v1/tasks/{id}/heartbeat`. */
export async function heartbeat(dependencies: ApiDependencies, request: CallRequest): Promise<HttpResponse> {
  const { progress } = await readBody(calls.heartbeatTask.body, request);
  const { percent, message } = progress;
  const noted = { percent, ...(message !== undefined && { message }) };
  return complete(dependencies, request, (token) => heartbeatTask(withActions(dependencies), token, noted));
}

function withActions(dependencies: ApiDependencies) {
  const findAction = ({ action }: { readonly action: string }) => dependencies.registry.get(action);
  return { ...dependencies, findAction };
}

/** The token is all that is asked for: it names its task, and its tenant. */
async function complete(
  { clock }: ApiDependencies,
  request: CallRequest,
  completion: Completion,
): Promise<HttpResponse> {
  const { query, headers } = calls.succeedTask;
  readQuery(query, request.query);
  const { 'task-token': token = '' } = readHeaders(headers, request.headers);
  if (readCompletionToken(token)?.key.id !== request.id) throw new CompletionTokenInvalidError();
  return taskResponse(200, await completion(token), clock.now());
}
