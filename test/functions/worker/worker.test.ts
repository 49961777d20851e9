import * as v from 'valibot';
import { expect, test } from 'vitest';
import { createWorker } from '../../../functions/worker/worker.ts';
import { defineAction } from '../../../shared/task/action.ts';
import { bodyOf } from '../../../shared/task/queue.ts';
import { lambdaContext, sqsEvent } from '../../fakes/lambda-events.ts';
import { createWorkerWorld } from '../../fakes/worker-world.ts';

const flaky = defineAction({
  name: 'work',
  input: v.unknown(),
  run(input) {
    if (input === 'throw') throw new Error('once more');
    return input;
  },
});

test('a batch reports the messages that must come again, and only those', async () => {
  const world = createWorkerWorld();
  const good = await world.create(flaky, 'good');
  const bad = await world.create(flaky, 'throw');
  const event = sqsEvent([
    { id: 'm1', body: bodyOf(good) },
    { id: 'm2', body: bodyOf(bad) },
    { id: 'm3', body: 'not ours' },
    { id: 'm4', body: bodyOf({ tenant: 'default', id: 'f'.repeat(32) }) },
  ]);
  const worker = createWorker(world.dependencies(flaky));
  expect(await world.clock.advanceUntil(worker(event, lambdaContext(300_000)))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm2' }, { itemIdentifier: 'm3' }],
  });
  expect(await world.fetch(good)).toMatchObject({ finalStatus: 'succeeded', output: 'good' });
  expect(await world.fetch(bad)).toMatchObject({ finalStatus: null, error: { message: 'once more' } });
});

test('the messages of a batch are worked on at once', async () => {
  const world = createWorkerWorld();
  const sleepy = defineAction({ name: 'work', input: v.unknown(), run: () => world.clock.sleep(30_000) });
  const keys = [await world.create(sleepy), await world.create(sleepy), await world.create(sleepy)];
  const begunAt = world.clock.now();
  const event = sqsEvent(keys.map((key) => ({ id: key.id, body: bodyOf(key) })));
  const work = createWorker(world.dependencies(sleepy))(event, lambdaContext(300_000));
  expect(await world.clock.advanceUntil(work)).toEqual({ batchItemFailures: [] });
  expect(world.clock.now() - begunAt).toBe(30_000);
});

test('an attempt ends before the invocation does', async () => {
  const world = createWorkerWorld();
  const endless = defineAction({
    name: 'work',
    input: v.unknown(),
    timeoutMs: 900_000,
    run: () => world.clock.sleep(10 ** 9),
  });
  const key = await world.create(endless);
  const begunAt = world.clock.now();
  const event = sqsEvent([{ id: 'm', body: bodyOf(key) }]);
  const work = createWorker(world.dependencies(endless))(event, lambdaContext(60_000));
  expect(await world.clock.advanceUntil(work)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
  expect(world.clock.now() - begunAt).toBe(55_000);
  expect(await world.fetch(key)).toMatchObject({ error: { code: 'worker-stopping' } });
});
