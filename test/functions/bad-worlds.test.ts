import { beforeEach, describe, expect, test } from 'vitest';
import * as operations from '../../shared/task/operations.ts';
import { createFunctionWorld } from '../fakes/function-world.ts';
import { actionOf, RETENTION_MS } from '../fakes/worker-world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let world: ReturnType<typeof createFunctionWorld>;
let runs: number;
/** What the action does beside returning its input. */
let during: () => unknown;

const action = actionOf(async (input) => {
  runs += 1;
  await during();
  return input;
});

beforeEach(() => {
  world = createFunctionWorld(action);
  runs = 0;
  during = () => undefined;
});

const storageAway = 'UnavailableError: TypeError';
const interrupted = `error | work on a message was interrupted; it comes again | ${storageAway}`;
const notLookedAt = `error | open tasks could not be looked at; they are looked at again in a minute | ${storageAway}`;
const looked = 'info | open tasks were looked at';
const requestFailed = 'error | a request failed | UnavailableError';
const succeeded = { body: { finalStatus: 'succeeded', output: 'input' } };

/** Lets a port be away for so long while everything goes on. */
async function outage(port: 'storage' | 'queue', ms: number): Promise<void> {
  world.away.add(port);
  await world.run(ms);
  world.away.delete(port);
}

function count(line: string): number {
  return world.told().filter((told) => told === line).length;
}

describe('a table that is away', () => {
  test.each([1, 5, 30, 180])('for %d minutes delays a task, and costs it no attempt', async (minutes) => {
    const id = await world.createdId('input');
    await outage('storage', minutes * MINUTE);
    await world.run(35 * MINUTE);
    expect(await world.fetch(id)).toMatchObject({ body: { ...succeeded.body, attempt: 1 } });
    expect(runs).toBe(1);
    // One line for each delivery of the message, five at most before it is a dead letter, and one for each look.
    const failures = world.told().filter((line) => line.startsWith('error'));
    expect(new Set(failures)).toEqual(new Set([interrupted, notLookedAt].slice(0, minutes > 1 ? 2 : 1)));
    expect(count(notLookedAt)).toBeLessThanOrEqual(minutes);
    expect(count(interrupted)).toBeLessThanOrEqual(5 + minutes / 4);
    expect(JSON.stringify(world.logger.lines)).not.toContain('hunter2');
  });

  test('when the action returns is tried until the lease ends; then the attempt counts, and is made again', async () => {
    during = () => runs === 1 && world.away.add('storage');
    const id = await world.createdId('input');
    await world.run(10_000);
    world.away.delete('storage');
    expect(world.told()).toEqual(['info | task created', interrupted, notLookedAt]);
    await world.run(10 * MINUTE);
    expect(await world.fetch(id)).toMatchObject({ body: { ...succeeded.body, attempt: 2 } });
    expect(await world.queue.countWaiting()).toBe(0);
  });

  test('when the action returns, and back before the lease ends, costs nothing', async () => {
    during = () => {
      world.away.add('storage');
      void world.clock.sleep(20_000).then(() => world.away.delete('storage'));
    };
    const id = await world.createdId('input');
    await world.run(MINUTE);
    expect(await world.fetch(id)).toMatchObject({ body: { ...succeeded.body, attempt: 1 } });
    expect(world.told()).toEqual(['info | task created', 'info | task succeeded']);
  });

  test('fails a task only when it is back after the deadline', async () => {
    const id = await world.createdId('input');
    await outage('storage', DAY);
    expect(runs).toBe(0);
    await world.run(5 * MINUTE);
    expect(await world.fetch(id)).toMatchObject({
      body: { finalStatus: 'failed', attempt: 0, error: { code: 'deadline-exceeded' } },
    });
  });

  test('makes a create a 503 that stores and sends nothing, and the same one later a task', async () => {
    const headers = { 'idempotency-key': '"k"' };
    world.away.add('storage');
    const refused = await world.create('input', headers);
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(refused.headers).not.toHaveProperty('location');
    expect(world.told()).toEqual([requestFailed]);
    world.away.delete('storage');
    expect(await world.queue.countWaiting()).toBe(0);
    const made = await world.create('input', headers);
    expect(made.status).toBe(202);
    expect(made.headers).not.toHaveProperty('idempotency-replayed');
  });

  test('makes a fetch a 503, and what is fetched later is as it was', async () => {
    const id = await world.createdId('input');
    world.away.add('storage');
    expect(await world.fetch(id)).toMatchObject({
      status: 503,
      body: { type: 'urn:task-system:unavailable' },
    });
    expect(world.told()).toEqual(['info | task created', requestFailed]);
    world.away.delete('storage');
    expect(await world.fetch(id)).toMatchObject({ status: 200, body: { id, finalStatus: null } });
  });

  test('during a wait, and back before its end, is not noticed', async () => {
    const id = await world.createdId('input');
    void world.clock.sleep(1000).then(() => world.away.add('storage'));
    void world.clock.sleep(9000).then(() => world.away.delete('storage'));
    expect(await world.fetch(id, '?wait=10')).toMatchObject({ status: 200, body: { finalStatus: null } });
    expect(world.told()).toEqual(['info | task created']);
  });
});

describe('a queue that is away', () => {
  const notSent = `error | the clock could not look at a task; it looks again | ${storageAway}`;
  const notCounted = `warn | the queue did not tell whether messages wait; it is taken for empty | ${storageAway}`;

  test.each([5, 60, 300])(
    'for %d minutes delays a task, whose create tells that it is stored',
    async (minutes) => {
      world.away.add('queue');
      const { status, headers, body } = await world.create('input');
      const id = String(headers['location']).slice('/v1/tasks/'.length);
      expect({ status, body }).toMatchObject({ status: 503, body: { taskCreated: true, taskId: id } });
      expect(world.told()).toEqual([requestFailed]);
      await outage('queue', minutes * MINUTE);
      expect(await world.fetch(id)).toMatchObject({ body: { finalStatus: null, attempt: 0 } });
      // A look a minute, and a task that waits longer and longer for its next one: at most 15 minutes.
      expect(count(notCounted)).toBeGreaterThanOrEqual(minutes - 1);
      expect(count(notSent)).toBeLessThanOrEqual(4 + minutes / 15);
      expect(count(notSent)).toBeGreaterThanOrEqual(1);
      expect(new Set(world.told())).toEqual(new Set([requestFailed, notCounted, notSent, looked]));
      await world.run(17 * MINUTE);
      expect(await world.fetch(id)).toMatchObject({ body: { ...succeeded.body, attempt: 1 } });
    },
  );

  test('when an attempt has failed delays the next one, and no attempt is lost', async () => {
    during = () => {
      if (runs > 1) return;
      world.away.add('queue');
      throw new Error('once');
    };
    const id = await world.createdId('input');
    await world.run(10_000);
    world.away.delete('queue');
    expect(world.told()).toEqual([
      'info | task created',
      'warn | attempt failed; another one follows',
      interrupted,
    ]);
    await world.run(17 * MINUTE);
    expect(await world.fetch(id)).toMatchObject({ body: { ...succeeded.body, attempt: 2 } });
    expect(runs).toBe(2);
  });

  test('when an attempt renews its lease costs it nothing', async () => {
    during = async () => {
      world.away.add('queue');
      await world.clock.sleep(45_000);
      world.away.delete('queue');
    };
    const id = await world.createdId('input');
    await world.run(MINUTE);
    expect(await world.fetch(id)).toMatchObject({ body: { ...succeeded.body, attempt: 1 } });
    expect(world.told()).toEqual([
      'info | task created',
      `warn | the message could not be hidden for longer; it may come early, and find the lease | ${storageAway}`,
      'info | task succeeded',
    ]);
  });

  test('when messages are to be deleted brings them again, and they find their task ended', async () => {
    during = () => world.away.add('queue');
    await world.createdId('input');
    await world.run(10_000);
    world.away.delete('queue');
    await world.run(29 * MINUTE);
    expect(await world.queue.receive({ max: 1, waitSeconds: 0 })).toEqual([]);
    await world.run(2 * MINUTE);
    expect(runs).toBe(1);
    expect(world.told()).toEqual(['info | task created', 'info | task succeeded']);
    await world.clock.advance(HOUR);
    expect(await world.queue.countWaiting()).toBe(0);
  });
});

describe('a message', () => {
  test('of a task that never was, or that TTL has deleted, is dropped, with one line', async () => {
    const key = { tenant: 'default', id: 'f'.repeat(32) };
    await world.queue.send(key);
    await world.deadLetters.send(key);
    await world.run(HOUR);
    const message = 'a message names a task that does not exist; it is dropped';
    expect(world.logger.lines).toMatchObject([{ level: 'warn', message, 'task-id': key.id }]);
    expect(await world.deadLetters.countWaiting()).toBe(0);
  });

  test('of a task that has expired, and whose row is still there, starts nothing', async () => {
    const key = { tenant: 'default', id: await world.createdId('input') };
    await world.run(MINUTE);
    await world.clock.advance(RETENTION_MS + 1000);
    const { row } = await world.storage.update(key, operations.requestCancel(0));
    expect(row).toMatchObject({ finalStatus: 'succeeded' });
    expect(await world.fetch(key.id)).toMatchObject({ status: 404 });
    await world.queue.send(key);
    await world.deadLetters.send(key);
    const before = world.told().length;
    await world.run(MINUTE);
    expect(runs).toBe(1);
    expect(world.told().slice(before)).toEqual([]);
    expect(await world.queue.countWaiting()).toBe(0);
    expect(await world.deadLetters.countWaiting()).toBe(0);
  });
});

test('a task whose attempts fail gets all of them, however often its id was sent and its messages were given up meanwhile', async () => {
  const again = () => {
    throw new Error('again');
  };
  world = createFunctionWorld(actionOf(again, { retry: { maxAttempts: 40 } }));
  const id = await world.createdId('input');
  await world.run(12 * HOUR);
  expect(count('warn | a dead letter is dropped; the clock sends its task again')).toBeGreaterThan(0);
  expect(await world.fetch(id)).toMatchObject({
    body: { finalStatus: 'failed', attempt: 40, error: { code: 'action-failed' } },
  });
});
