import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { readStartEvent } from '../../shared/events/start-event.ts';
import { calls } from '../../shared/http/calls.ts';
import type { HttpResponse } from '../../shared/http/message.ts';
import { readBody, readParameters } from '../../shared/http/read-request.ts';
import { progressStatus, taskResponse } from '../../shared/http/task-response.ts';
import { tenantOf } from '../../shared/http/tenant-of.ts';
import { serveCalls } from '../../shared/lambda/serve-calls.ts';
import type { CallRequest } from '../../shared/lambda/serve-calls.ts';
import { cancelTask } from '../../shared/task/cancel-task.ts';
import { contextTaskId } from '../../shared/task/logger.ts';
import { requireTaskId } from '../../shared/task/require-task-id.ts';
import { retryTask } from '../../shared/task/retry-task.ts';
import { answerCreated } from './answer-created.ts';
import type { ApiDependencies } from './api-dependencies.ts';
import { fail, heartbeat, succeed } from './complete-call.ts';
import { createOne } from './create-one.ts';
import { createTasks } from './create-tasks.ts';
import { startFromEvent } from './start-from-event.ts';

/**
 * Makes the handler of the api function: it answers every call that changes something, and starts tasks from the events that rules
 * hand it.
 */
export function createApi(
  dependencies: ApiDependencies,
): (event: unknown, context: Context) => Promise<APIGatewayProxyStructuredResultV2 | undefined> {
  const answer = serveCalls(dependencies, {
    createTask: (request) => create(dependencies, request),
    createTasks: (request) => createTasks(dependencies, request),
    cancelTask: (request) => cancel(dependencies, request),
    retryTask: (request) => retry(dependencies, request),
    succeedTask: (request) => succeed(dependencies, request),
    failTask: (request) => fail(dependencies, request),
    heartbeatTask: (request) => heartbeat(dependencies, request),
  });
  return async (event, context) => {
    const startEvent = readStartEvent(event);
    if (startEvent === undefined) return answer(event, context);
    await startFromEvent(dependencies, startEvent);
    return undefined;
  };
}

async function create(dependencies: ApiDependencies, request: CallRequest): Promise<HttpResponse> {
  const call = calls.createTask;
  const tenant = tenantOf(request, dependencies.tenantClaim);
  const { headers } = readParameters(call, request);
  const wanted = await readBody(call, request);
  const { traceparent, prefer, 'idempotency-key': idempotencyKey } = headers;
  const created = await createOne(dependencies, { ...wanted, tenant, idempotencyKey, traceparent });
  return answerCreated(dependencies, created, request, prefer);
}

async function cancel(dependencies: ApiDependencies, request: CallRequest): Promise<HttpResponse> {
  const call = calls.cancelTask;
  const tenant = tenantOf(request, dependencies.tenantClaim);
  readParameters(call, request);
  await readBody(call, request);
  const task = await cancelTask(dependencies, { tenant, id: requireTaskId(request.id) });
  dependencies.logger.info('cancel requested', { [contextTaskId]: task.id, action: task.action });
  return taskResponse(progressStatus(task), task, dependencies.clock.now());
}

async function retry(dependencies: ApiDependencies, request: CallRequest): Promise<HttpResponse> {
  const call = calls.retryTask;
  const tenant = tenantOf(request, dependencies.tenantClaim);
  const { traceparent, prefer } = readParameters(call, request).headers;
  await readBody(call, request);
  const key = { tenant, id: requireTaskId(request.id) };
  const created = await retryTask(dependencies, { key, traceparent });
  const { id, action } = created.task;
  if (!created.repeated) {
    dependencies.logger.info('task created', { [contextTaskId]: id, action, retryOf: key.id });
  }
  return answerCreated(dependencies, created, request, prefer);
}
