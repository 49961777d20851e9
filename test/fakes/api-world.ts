import * as v from 'valibot';
import { createApi } from '../../functions/api/api.ts';
import { defineAction } from '../../shared/task/action.ts';
import type { DeadEventQueue } from '../../shared/task/dead-event-queue.ts';
import { createMemoryQueue } from '../../shared/task/memory-queue.ts';
import { createMemoryStorage } from '../../shared/task/memory-storage.ts';
import type { TaskQueue } from '../../shared/task/queue.ts';
import { createRegistry } from '../../shared/task/registry.ts';
import type { TaskStorage } from '../../shared/task/storage.ts';
import { httpEvent, lambdaContext, readResult } from './lambda-events.ts';
import type { TestRequest } from './lambda-events.ts';
import { createManualClock } from './manual-clock.ts';
import { createMemoryDeadEvents } from './memory-dead-events.ts';
import { createMemoryLogger } from './memory-logger.ts';
import { createSeededRandom } from './seeded-random.ts';

const greet = defineAction({
  name: 'greet',
  input: v.strictObject({ name: v.pipe(v.string(), v.minLength(1)), 'a/b~c': v.optional(v.number()) }),
  run: ({ name }) => `Hello ${name}`,
});
const anything = defineAction({ name: 'anything', input: v.unknown(), run: (input) => input });

interface Parts {
  readonly storage?: TaskStorage;
  readonly queue?: TaskQueue;
  readonly refusedEvents?: DeadEventQueue;
}

/** A request that creates a task. */
export const hello = { action: 'greet', input: { name: 'Ada' } };

/** An api function over a storage and a queue in memory, with the actions `greet` and `anything`. */
export function createApiWorld() {
  const clock = createManualClock();
  const queue = createMemoryQueue({ clock });
  const logger = createMemoryLogger();
  const random = createSeededRandom();
  const memory = createMemoryStorage();
  const refusedEvents = createMemoryDeadEvents();
  let writes = 0;
  const storage: TaskStorage = {
    ...memory,
    create: (...args) => {
      writes += 1;
      return memory.create(...args);
    },
    putPayload: (...args) => {
      writes += 1;
      return memory.putPayload(...args);
    },
  };

  function handler(parts: Parts = {}) {
    const registry = createRegistry([greet, anything]);
    const ports = { storage, queue, clock, random, logger, refusedEvents, waitSleepMs: 50 };
    return createApi({ ...ports, registry, retentionMs: 1000, ...parts });
  }

  async function send(request: Partial<TestRequest>, parts: Parts = {}) {
    const headers = { 'Content-Type': 'application/json', ...request.headers };
    const event = httpEvent({ method: 'POST', path: '/v1/tasks', ...request, headers });
    return readResult(await handler(parts)(event, lambdaContext()));
  }

  return {
    clock,
    queue,
    logger,
    storage,
    refusedEvents,
    /** How often something was written. */
    writes: () => writes,
    send,
    /** Invokes the function with an event that is no request. */
    invoke: (event: unknown, parts: Parts = {}) => handler(parts)(event, lambdaContext()),
    post: (value: unknown, headers: Readonly<Record<string, string>> = {}) =>
      send({ body: JSON.stringify(value), headers }),
  };
}
