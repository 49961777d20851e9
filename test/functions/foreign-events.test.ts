import { expect, test } from 'vitest';
import { createApi } from '../../functions/api/api.ts';
import { createStatus } from '../../functions/status/status.ts';
import { createWorker } from '../../functions/worker/worker.ts';
import { createRegistry } from '../../shared/task/registry.ts';
import { httpEvent, lambdaContext, sqsEvent } from '../fakes/lambda-events.ts';
import { createMemoryDeadEvents } from '../fakes/memory-dead-events.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createWorkerWorld } from '../fakes/worker-world.ts';

const schedule = { version: '0', source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
const request = httpEvent({ method: 'GET', path: '/v1/tasks' });
const foreign = [
  undefined,
  null,
  7,
  'text',
  {},
  [],
  schedule,
  { Records: [{ eventSource: 'aws:s3' }] },
  { ...request, rawPath: 7 },
  { ...request, headers: null },
];

test.each([...foreign, sqsEvent([{ id: 'm', body: '{}' }])])(
  'an event that is no request is one line in the log and a 400 from api and status: %j',
  async (event) => {
    const world = createWorkerWorld();
    const parts = {
      ...world.dependencies(),
      queue: world.queue,
      random: createSeededRandom(),
      refusedEvents: createMemoryDeadEvents(),
      waitSleepMs: 50,
    };
    for (const handler of [createApi({ ...parts, registry: createRegistry([]) }), createStatus(parts)]) {
      expect(await handler(event, lambdaContext())).toMatchObject({ statusCode: 400 });
    }
    expect(world.logger.lines).toMatchObject([{ level: 'error' }, { level: 'error' }]);
  },
);

test.each([...foreign, request])(
  'an event that is no batch of messages is one line in the log of the worker, and fails nothing: %j',
  async (event) => {
    const world = createWorkerWorld();
    expect(await createWorker(world.dependencies())(event, lambdaContext())).toEqual({
      batchItemFailures: [],
    });
    expect(world.logger.lines).toMatchObject([{ level: 'error' }]);
  },
);
