import { beforeEach, describe, expect, test } from 'vitest';
import { createHttpWorld, idOf, without } from '../../fakes/http-world.ts';

let world: ReturnType<typeof createHttpWorld>;
beforeEach(() => {
  world = createHttpWorld();
});

const echo = { action: 'echo', input: 1 };
const iso = (ms: number) => new Date(ms).toISOString();

describe('a create that prefers to wait', () => {
  test('is answered with 200 once its task has ended', async () => {
    const early = world.clock.now();
    const answering = world.send('POST', '/tasks', { body: echo, headers: { prefer: 'wait=10' } });
    await world.clock.advance(50);
    await world.work();
    const answer = await answering;
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'preference-applied': 'wait=10' },
      body: { finalStatus: 'succeeded', output: { echoed: 1 } },
    });
    expect(answer.headers['retry-after']).toBeUndefined();
    expect(answer.headers['location']).toBe(`/v1/tasks/${idOf(answer.body)}`);
    expect(world.clock.now() - early).toBeLessThan(3000);
  });

  test('is answered with 202 when its seconds are over, and told how many it got', async () => {
    const before = world.clock.now();
    expect(await world.send('POST', '/tasks', { body: echo, headers: { prefer: 'wait=60' } })).toMatchObject({
      status: 202,
      headers: { 'preference-applied': 'wait=20', 'retry-after': '1' },
      body: { finalStatus: null },
    });
    expect(world.clock.now() - before).toBe(20_000);
  });

  test.each([
    'wait=0',
    'wait=-1',
    'wait=x',
    'respond-async',
    'return=minimal',
    '',
    ',;=',
    'handling="a,wait=3"x',
  ])('with %j gets no wait, and no refusal', async (prefer) => {
    const before = world.clock.now();
    const answer = await world.send('POST', '/tasks', { body: echo, headers: { prefer } });
    expect(answer.status).toBe(202);
    expect(answer.headers['preference-applied']).toBeUndefined();
    expect(world.clock.now()).toBe(before);
  });

  test.each(['respond-async, wait=3', 'WAIT=3', 'wait="3"', 'wait = 3; foo=1', 'wait=3, wait=9'])(
    'with %j waits three seconds',
    async (prefer) => {
      expect(await world.send('POST', '/tasks', { body: echo, headers: { prefer } })).toMatchObject({
        headers: { 'preference-applied': 'wait=3' },
      });
    },
  );

  test('shows its task all the same when it cannot be read any more: it is accepted', async () => {
    const broken = createHttpWorld({ storage: without('get') });
    expect(await broken.send('POST', '/tasks', { body: echo, headers: { prefer: 'wait=1' } })).toMatchObject({
      status: 202,
      body: { action: 'echo', finalStatus: null },
    });
  });
});

describe('a task’s times', () => {
  test('delay its start, and bound its end', async () => {
    const startAt = iso(world.clock.now() + 60_000);
    const deadlineAt = iso(world.clock.now() + 120_000);
    const answer = await world.send('POST', '/tasks', { body: { ...echo, startAt, deadlineAt } });
    expect(answer).toMatchObject({
      status: 202,
      headers: { 'retry-after': '30' },
      body: { activeStatus: 'stopped', finalStatus: null, startAt, deadlineAt },
    });
    await world.clock.advance(60_000);
    await world.work();
    expect((await world.send('GET', `/tasks/${idOf(answer.body)}`)).body).toMatchObject({
      finalStatus: 'succeeded',
      startAt,
    });
  });

  test.each([
    [{ startAt: 'soon' }, '/startAt'],
    [{ startAt: 1_790_000_000_000 }, '/startAt'],
    [{ startAt: '2099-01-01T00:00:00Z' }, '/startAt'],
    [{ deadlineAt: '2025-12-31T23:59:59Z' }, '/deadlineAt'],
    [{ deadlineAt: '2026-02-01T00:00:00Z' }, '/deadlineAt'],
  ])('%j are refused with a 400 that names the member', async (times, pointer) => {
    expect(await world.send('POST', '/tasks', { body: { ...echo, ...times } })).toMatchObject({
      status: 400,
      body: { type: 'urn:task-system:invalid-request', errors: [{ pointer }] },
    });
    expect(await world.queue.countWaiting()).toBe(0);
  });
});

test('Retry-After grows with the task’s age', async () => {
  const id = await world.create();
  const told: string[] = [];
  for (const ageMs of [0, 19_000, 60_000, 120_000, 600_000, 86_000_000]) {
    await world.clock.advance(ageMs - (world.clock.now() - Date.UTC(2026, 0, 1)));
    told.push(String((await world.send('GET', `/tasks/${id}`)).headers['retry-after']));
  }
  expect(told).toEqual(['1', '1', '3', '6', '30', '30']);
});
