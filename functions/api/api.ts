import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { readStartEvent } from '../../shared/events/start-event.ts';
import { serveHttp } from '../../shared/lambda/serve-http.ts';
import { jsonResponse } from '../../shared/http/message.ts';
import type { HttpRequest, HttpResponse } from '../../shared/http/message.ts';
import { readCreateRequest } from '../../shared/http/read-create-request.ts';
import { representTask, taskPath } from '../../shared/http/representation.ts';
import { createTask, newTaskKey } from '../../shared/task/create-task.ts';
import { ActionNotFoundError } from '../../shared/task/errors.ts';
import { contextTaskId } from '../../shared/task/logger.ts';
import { hasFinalStatus } from '../../shared/task/task.ts';
import { DEFAULT_TENANT } from '../../shared/task/tenant.ts';
import { startFromEvent } from './start-from-event.ts';
import type { EventStartDependencies } from './start-from-event.ts';

/** What the api function needs. */
export type ApiDependencies = EventStartDependencies;

/** What a caller should wait before it fetches a task that has just been created. */
const RETRY_AFTER_SECONDS = '1';

/**
 * Makes the handler of the api function: it answers `POST /v1/tasks`, and starts tasks from the events that rules hand it.
 */
export function createApi(
  dependencies: ApiDependencies,
): (event: unknown, context: Context) => Promise<APIGatewayProxyStructuredResultV2 | undefined> {
  const answer = serveHttp(dependencies.logger, (request) => create(dependencies, request));
  return async (event, context) => {
    const startEvent = readStartEvent(event);
    if (startEvent === undefined) return answer(event, context);
    await startFromEvent(dependencies, startEvent);
    return undefined;
  };
}

async function create(dependencies: ApiDependencies, request: HttpRequest): Promise<HttpResponse> {
  const { registry, random, logger } = dependencies;
  const { action: name, input, idempotencyKey } = await readCreateRequest(request);
  const action = registry.get(name);
  if (action === undefined) throw new ActionNotFoundError(name);
  const key = newTaskKey(DEFAULT_TENANT, random, idempotencyKey);
  const traceparent = readTraceparent(request.headers['traceparent']);
  const { task, repeated } = await createTask(dependencies, { key, action, input, traceparent });
  if (!repeated) logger.info('task created', { [contextTaskId]: task.id, action: task.action });
  const ended = hasFinalStatus(task);
  return jsonResponse(ended ? 200 : 202, representTask(task), {
    location: taskPath(task.id),
    ...(!ended && { 'retry-after': RETRY_AFTER_SECONDS }),
    ...(repeated && { 'idempotency-replayed': 'true' }),
  });
}

/** Version 00 of W3C Trace Context, the only one there is; anything else is no trace of ours to carry. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

function readTraceparent(header: string | undefined): string | undefined {
  return header !== undefined && TRACEPARENT.test(header) ? header : undefined;
}
