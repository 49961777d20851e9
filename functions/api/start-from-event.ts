import { idempotencyKeyOf } from '../../shared/events/start-event.ts';
import type { StartEvent } from '../../shared/events/start-event.ts';
import { createBody } from '../../shared/http/bodies.ts';
import { problems } from '../../shared/http/problem.ts';
import { problemOfError } from '../../shared/http/problem-of-error.ts';
import { readValue } from '../../shared/http/read-request.ts';
import { DEFAULT_TENANT } from '../../shared/task/tenant.ts';
import type { ApiDependencies } from './api-dependencies.ts';
import { createOne } from './create-one.ts';

/**
 * Starts the task that an event asks for; the event's id is its idempotency key, so a repeated event makes no second task. An event that
 * can never make one is kept in the queue of refused events, with the reason and the code of the problem that an HTTP
 * caller would get.
 * @throws UnavailableError when storage or queue do not work now: Lambda then invokes the function again.
 */
export async function startFromEvent(dependencies: ApiDependencies, event: StartEvent): Promise<void> {
  const { logger, refusedEvents } = dependencies;
  const { rule, tenant = DEFAULT_TENANT } = event;
  try {
    const wanted = await readValue(createBody, event.request);
    await createOne(dependencies, { ...wanted, tenant, idempotencyKey: idempotencyKeyOf(event), rule });
  } catch (error) {
    const problem = problemOfError(error);
    if (problem === undefined || problems[problem.code].status >= 500) throw error;
    const fault = { code: problem.code, message: problem.options.detail };
    await refusedEvents.keep(JSON.stringify({ startTask: event }), fault);
    logger.error('an event cannot start a task; it is kept in the queue of refused events', {
      code: fault.code,
      rule,
    });
  }
}
