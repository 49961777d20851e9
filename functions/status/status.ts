import { serveHttp } from '../../shared/lambda/serve-http.ts';
import type { HttpHandler } from '../../shared/lambda/serve-http.ts';
import { jsonResponse } from '../../shared/http/message.ts';
import type { HttpRequest, HttpResponse } from '../../shared/http/message.ts';
import { RequestProblem } from '../../shared/http/problem.ts';
import { readWait } from '../../shared/http/read-wait.ts';
import { etagOf, representTask } from '../../shared/http/representation.ts';
import type { Clock } from '../../shared/task/clock.ts';
import { TaskNotFoundError, UnavailableError } from '../../shared/task/errors.ts';
import { isTaskId } from '../../shared/task/identity.ts';
import type { Logger } from '../../shared/task/logger.ts';
import { hasFinalStatus } from '../../shared/task/task.ts';
import { DEFAULT_TENANT } from '../../shared/task/tenant.ts';
import { waitForFinalStatus } from '../../shared/task/wait-for-final-status.ts';
import type { WaitDependencies } from '../../shared/task/wait-for-final-status.ts';

/** What the status function needs. */
export interface StatusDependencies extends WaitDependencies {
  readonly logger: Logger;
}

/** What a caller should wait before it fetches a task again that has not ended. */
const RETRY_AFTER_SECONDS = '1';
/** What a wait leaves of its Lambda's time, to read the task and answer. */
const ANSWER_MARGIN_MS = 2000;

/** Makes the handler of the status function: `GET /v1/tasks/{id}`, and the answer to every request that no route takes. */
export function createStatus(dependencies: StatusDependencies): HttpHandler {
  return serveHttp(dependencies.logger, (request, context) =>
    respond(dependencies, request, context.getRemainingTimeInMillis() - ANSWER_MARGIN_MS),
  );
}

/** What an answer quotes of a path, which may be as long as a request line. */
const SHOWN_PATH_LENGTH = 128;
const TASKS_PATH = '/v1/tasks';
const TASK_PATH = /^\/v1\/tasks\/([^/]+)$/;

async function respond(
  dependencies: StatusDependencies,
  request: HttpRequest,
  timeLeftMs: number,
): Promise<HttpResponse> {
  const { method, path, query } = request;
  const id = TASK_PATH.exec(path)?.[1];
  if (id === undefined) throw path === TASKS_PATH ? methodNotAllowed(request, 'POST') : notFound(path);
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed(request, 'GET, HEAD');
  const waitSeconds = readWait(query);
  // Another shape is no id of ours; asking the storage would only cost.
  if (!isTaskId(id)) throw new TaskNotFoundError(id);
  const timeoutMs = Math.max(0, Math.min(waitSeconds * 1000, timeLeftMs));
  const wait = waitForFinalStatus(dependencies, { tenant: DEFAULT_TENANT, id }, { timeoutMs });
  const task = await inTime(dependencies.clock, timeLeftMs + ANSWER_MARGIN_MS / 2, wait);
  const headers = hasFinalStatus(task) ? {} : { 'retry-after': RETRY_AFTER_SECONDS };
  const response = jsonResponse(200, representTask(task), headers);
  return { ...response, headers: { ...response.headers, etag: etagOf(response.body) } };
}

/** What `work` gives, or an UnavailableError when it takes longer: a storage that stalls must not cost the caller our answer. */
async function inTime<Value>(clock: Clock, ms: number, work: Promise<Value>): Promise<Value> {
  const done = new AbortController();
  const timeIsUp = async (): Promise<never> => {
    await clock.sleep(ms, done.signal);
    throw new UnavailableError('storage', { cause: new Error('it did not answer in time') });
  };
  try {
    return await Promise.race([work, timeIsUp()]);
  } finally {
    done.abort();
  }
}

function methodNotAllowed({ method, path }: HttpRequest, allow: string): RequestProblem {
  const detail = `${path.slice(0, SHOWN_PATH_LENGTH)} does not take ${method}; it takes ${allow}.`;
  return new RequestProblem('method-not-allowed', { detail, headers: { allow } });
}

function notFound(path: string): RequestProblem {
  return new RequestProblem('not-found', {
    detail: `There is nothing at ${path.slice(0, SHOWN_PATH_LENGTH)}; tasks are at ${TASKS_PATH}.`,
  });
}
