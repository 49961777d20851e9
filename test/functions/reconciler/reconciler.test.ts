import { beforeEach, expect, test } from 'vitest';
import { createReconciler } from '../../../functions/reconciler/reconciler.ts';
import { bodyOf } from '../../../shared/task/queue.ts';
import { throttled } from '../../fakes/altered-storage.ts';
import { lambdaContext, scheduleEvent, sqsEvent } from '../../fakes/lambda-events.ts';
import { actionOf, createWorkerWorld } from '../../fakes/worker-world.ts';

const action = actionOf(() => 'done');

let world: ReturnType<typeof createWorkerWorld>;
beforeEach(() => {
  world = createWorkerWorld();
});

function invoke(event: unknown, remainingMs = 50_000) {
  const dependencies = { ...world.dependencies(), queue: world.queue, deadLetters: world.queue };
  return createReconciler(dependencies)(event, lambdaContext(remainingMs));
}

test('a schedule’s event makes it send what was lost', async () => {
  const key = await world.create(action);
  await world.queue.delete((await world.receive()).receipt);
  await world.clock.advance(120_000);
  expect(await invoke(scheduleEvent)).toBeUndefined();
  expect(world.logger.lines.at(-1)).toMatchObject({
    message: 'open tasks were looked at',
    looked: 1,
    sent: 1,
  });
  await world.drain(action);
  expect(await world.fetch(key)).toMatchObject({ finalStatus: 'succeeded' });
});

test('a schedule’s event that finds nothing to do leaves no line in the log', async () => {
  await invoke(scheduleEvent);
  expect(world.logger.lines).toEqual([]);
});

test('a look ends before its invocation does, and says that more is due', async () => {
  await invoke(scheduleEvent, 4000);
  expect(world.logger.lines).toMatchObject([{ looked: 0, complete: false }]);
});

test('a look at an index that cannot be read fails its invocation, with one line that tells why', async () => {
  world.storage.listOpen = throttled;
  await expect(invoke(scheduleEvent)).rejects.toThrow('The storage is not available');
  const message = 'open tasks could not be looked at; they are looked at again in a minute';
  expect(world.logger.lines).toMatchObject([{ level: 'error', message, error: 'UnavailableError: Error' }]);
});

test('a batch of dead letters is decided message by message', async () => {
  const free = await world.create(action);
  const held = await world.create(action);
  const row = await world.rowOf(held);
  if (row !== undefined)
    await world.storage.set(
      { ...row, claimId: 'c', leaseUntil: world.clock.now() + 9000 },
      world.clock.now(),
    );
  const event = sqsEvent([
    { id: 'm1', body: bodyOf(free) },
    { id: 'm2', body: bodyOf(held) },
    { id: 'm3', body: 'not ours' },
  ]);
  expect(await invoke(event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
});
