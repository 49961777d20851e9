import { calls } from '../../shared/http/calls.ts';
import { etagOf, isMatch } from '../../shared/http/entity-tag.ts';
import { emptyResponse, jsonResponse } from '../../shared/http/message.ts';
import type { HttpResponse } from '../../shared/http/message.ts';
import { readParameters } from '../../shared/http/read-request.ts';
import { representListedTask } from '../../shared/http/representation.ts';
import { preferenceApplied, taskResponse } from '../../shared/http/task-response.ts';
import { tenantOf } from '../../shared/http/tenant-of.ts';
import { serveCalls } from '../../shared/lambda/serve-calls.ts';
import type { CallRequest } from '../../shared/lambda/serve-calls.ts';
import type { HttpHandler } from '../../shared/lambda/serve-http.ts';
import { DEFAULT_PAGE_TASKS } from '../../shared/task/limits.ts';
import { listTasks } from '../../shared/task/list-tasks.ts';
import type { Logger } from '../../shared/task/logger.ts';
import { requireTaskId } from '../../shared/task/require-task-id.ts';
import { waitForFinalStatus } from '../../shared/task/wait-for-final-status.ts';
import type { WaitDependencies } from '../../shared/task/wait-for-final-status.ts';
import { descriptionAnswer } from './answer-description.ts';
import { healthAnswer } from './answer-health.ts';

/** What the status function needs. */
export interface StatusDependencies extends WaitDependencies {
  readonly logger: Logger;
  /** The claim of the authorizer that names a task's owner; undefined where all tasks belong to one. */
  readonly tenantClaim?: string | undefined;
  /** Reads the OpenAPI document, as JSON. */
  readDescription(): Promise<string>;
}

/** Makes the handler of the status function: it answers every call that only reads, and every request that no route takes. */
export function createStatus(dependencies: StatusDependencies): HttpHandler {
  const describe = descriptionAnswer(() => dependencies.readDescription());
  const health = healthAnswer(dependencies);
  return serveCalls(dependencies, {
    fetchTask: (request) => fetchTask(dependencies, request),
    listTasks: (request) => list(dependencies, request),
    async describeApi(request) {
      readParameters(calls.describeApi, request);
      return describe(request);
    },
    async checkHealth(request) {
      readParameters(calls.checkHealth, request);
      return health();
    },
  });
}

async function fetchTask(dependencies: StatusDependencies, request: CallRequest): Promise<HttpResponse> {
  const { clock } = dependencies;
  const tenant = tenantOf(request, dependencies.tenantClaim);
  const { query, headers } = readParameters(calls.fetchTask, request);
  const id = requireTaskId(request.id);
  const { wait } = query;
  const { prefer, 'if-none-match': ifNoneMatch } = headers;
  const waitsUntil = Math.min(request.arrivedAt + (wait ?? prefer ?? 0) * 1000, request.answerBy);
  const timeoutMs = Math.max(0, waitsUntil - clock.now());
  const task = await waitForFinalStatus(dependencies, { tenant, id }, { timeoutMs });
  const isPreferred = wait === undefined && prefer !== undefined;
  const shown = taskResponse(200, task, clock.now(), isPreferred ? preferenceApplied(prefer) : {});
  const etag = etagOf(shown.body);
  if (ifNoneMatch === undefined || !isMatch(ifNoneMatch, etag)) {
    return { ...shown, headers: { ...shown.headers, etag } };
  }
  const { 'content-type': _type, ...unchanged } = shown.headers;
  return emptyResponse(304, { ...unchanged, etag });
}

async function list(dependencies: StatusDependencies, request: CallRequest): Promise<HttpResponse> {
  const tenant = tenantOf(request, dependencies.tenantClaim);
  const { limit = DEFAULT_PAGE_TASKS, ...filters } = readParameters(calls.listTasks, request).query;
  const { tasks, nextCursor } = await listTasks(dependencies, { tenant, limit, ...filters });
  return jsonResponse(200, {
    tasks: tasks.map(representListedTask),
    ...(nextCursor !== undefined && { nextCursor }),
  });
}
