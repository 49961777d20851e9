import { toldProblem } from '../../shared/http/answer.ts';
import { batchTask } from '../../shared/http/bodies.ts';
import { calls } from '../../shared/http/calls.ts';
import { jsonResponse } from '../../shared/http/message.ts';
import type { HttpResponse } from '../../shared/http/message.ts';
import { problemDocument } from '../../shared/http/problem.ts';
import { readBody, readParameters, readValue } from '../../shared/http/read-request.ts';
import { representListedTask } from '../../shared/http/representation.ts';
import { progressStatus } from '../../shared/http/task-response.ts';
import { tenantOf } from '../../shared/http/tenant-of.ts';
import type { CallRequest } from '../../shared/lambda/serve-calls.ts';
import type { ApiDependencies } from './api-dependencies.ts';
import { createOne } from './create-one.ts';
import type { WantedTask } from './create-one.ts';

/** Tasks of one batch that are created at once: five rounds for the largest, with less than half of the SDK's 50 connections. */
const AT_ONCE = 20;

/** What became of one task of a batch. */
type BatchResult = Readonly<Record<string, unknown>>;

/** Answers `POST /v1/task-batches`: what became of each task, in the order of the request. One that is refused concerns no other. */
export async function createTasks(
  dependencies: ApiDependencies,
  request: CallRequest,
): Promise<HttpResponse> {
  const call = calls.createTasks;
  const tenant = tenantOf(request, dependencies.tenantClaim);
  const { traceparent } = readParameters(call, request).headers;
  const { tasks } = await readBody(call, request);
  const results: BatchResult[] = [];
  const queue = tasks.entries();
  async function work(): Promise<void> {
    for (const [index, task] of queue) {
      results[index] = await createItem(dependencies, task, `/tasks/${index}`, { tenant, traceparent });
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return jsonResponse(207, { results });
}

async function createItem(
  dependencies: ApiDependencies,
  task: unknown,
  root: string,
  common: Pick<WantedTask, 'tenant' | 'traceparent'>,
): Promise<BatchResult> {
  try {
    const wanted = await readValue(batchTask, task, root);
    const created = await createOne(dependencies, { ...wanted, ...common });
    return {
      status: progressStatus(created.task),
      task: representListedTask(created.task),
      ...(created.repeated && { replayed: true }),
    };
  } catch (error) {
    const { code, options } = toldProblem(dependencies.logger, error, root);
    const problem = problemDocument(code, options);
    return { status: problem.status, problem };
  }
}
