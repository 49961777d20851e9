import * as v from 'valibot';
import { beforeEach, expect, test } from 'vitest';
import { createReconciler } from '../../functions/reconciler/reconciler.ts';
import { createWorker } from '../../functions/worker/worker.ts';
import { defineAction } from '../../shared/task/action.ts';
import { bodyOf } from '../../shared/task/queue.ts';
import { lambdaContext, sqsEvent } from '../fakes/lambda-events.ts';
import { createWatchedWorld } from '../fakes/watched-world.ts';

const id = 'a'.repeat(32);
const tenant = 'default';
const echo = defineAction({ name: 'work', input: v.unknown(), run: (input) => input });

/** Bodies of messages that no code of ours has sent; `hunter2` stands for what must not be told. */
const foreign = [
  '',
  'hunter2',
  '{"tenant":"hunter2"',
  'null',
  '7',
  '"hunter2"',
  '[]',
  '{}',
  '['.repeat(100_000),
  `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  '{"Message":"hunter2","TopicArn":"arn:aws:sns:eu-west-1:000000000000:topic"}',
  JSON.stringify({ detail: { tenant, id } }),
  `{"__proto__":{"tenant":"default","id":"${id}"}}`,
  `{"tenant":"default","constructor":"${id}"}`,
  ...[null, 7, {}, [id], '', 'hunter2', 'A'.repeat(32), `${id}\n`, `../${id}`, `${id}${id}`].map((odd) =>
    JSON.stringify({ tenant, id: odd }),
  ),
  ...[undefined, null, 7, {}, [tenant], '', 'hunter2'.repeat(200)].map((odd) =>
    JSON.stringify({ tenant: odd, id }),
  ),
];

let world: ReturnType<typeof createWatchedWorld>;
beforeEach(() => {
  world = createWatchedWorld(echo);
});

test.each(foreign.map((body) => [body.slice(0, 60), body] as const))(
  'a message that is not ours is left to the dead letters, and dropped from there: %j',
  async (_, body) => {
    const event = sqsEvent([{ id: 'm', body }]);
    const kept = { batchItemFailures: [{ itemIdentifier: 'm' }] };
    expect(await createWorker(world.parts)(event, lambdaContext(300_000))).toEqual(kept);
    expect(await createReconciler(world.parts)(event, lambdaContext())).toEqual({ batchItemFailures: [] });
    expect(world.touched).toEqual([]);
    expect(world.logger.lines).toMatchObject([{ level: 'error' }, { level: 'error' }]);
    expect(JSON.stringify(world.logger.lines)).not.toContain('hunter2');
  },
);

test('a message of a later version of ours, with members that this one does not know, is worked on', async () => {
  const key = await world.create(echo, 'input');
  const event = sqsEvent([{ id: 'm', body: JSON.stringify({ version: 2, ...key, priority: 1 }) }]);
  const work = createWorker(world.parts)(event, lambdaContext(300_000));
  expect(await world.clock.advanceUntil(work)).toEqual({ batchItemFailures: [] });
  expect(await world.fetch(key)).toMatchObject({ finalStatus: 'succeeded', output: 'input' });
});

test('what is wrong with nine records of a batch is no matter to the tenth', async () => {
  const key = await world.create(echo, 'input');
  const [ours, ...strange] = sqsEvent(
    ['ours', 'm1', 'm2', 'm3', 'm4'].map((name) => ({
      id: name,
      body: name === 'ours' ? bodyOf(key) : '[]',
    })),
  ).Records;
  const noMessages = [null, 7, {}, { ...ours, attributes: null }, { ...ours, body: undefined }];
  const work = createWorker(world.parts)(
    { Records: [...noMessages, ...strange, ours] },
    lambdaContext(300_000),
  );
  expect(await world.clock.advanceUntil(work)).toEqual({
    batchItemFailures: ['m1', 'm2', 'm3', 'm4'].map((name) => ({ itemIdentifier: name })),
  });
  expect(await world.fetch(key)).toMatchObject({ finalStatus: 'succeeded', attempt: 1 });
  const errors = world.logger.lines.filter(({ level }) => level === 'error');
  expect(errors).toMatchObject([{ records: 5 }, {}, {}, {}, {}]);
});
