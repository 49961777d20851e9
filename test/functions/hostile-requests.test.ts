import * as fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { createHttpWorld, idOf } from '../fakes/http-world.ts';
import { hostileRequests } from './hostile-parts.ts';
import type { HostileRequest } from './hostile-parts.ts';

/** Fired at the handlers in one run of the tests. */
const REQUESTS = 20_000;
/** What only the victim may see. */
const SECRET = 'hunter2';
/** What only our own code says: a stack, a path of a module, a name of an internal or of the SDK. */
const INTERNAL =
  /node_modules|\.ts:\d|\bat \S+ \(|claimId|leaseUntil|lookAt|fingerprint|nonce|\$metadata|smithy|valibot/i;

const pageView = v.object({ nextCursor: v.optional(v.string(), '') });
const victim = { claims: { org: 'victim' } };
const mallory = { claims: { org: 'mallory' } };

/** A world in which a victim has tasks in every state, and in which mallory has some too. */
async function inhabitedWorld() {
  let stored = 0;
  const world = createHttpWorld({
    tenantClaim: 'org',
    storage: (storage) => ({
      ...storage,
      async create(...args) {
        stored += 1;
        return storage.create(...args);
      },
    }),
  });
  const secret = { input: SECRET };
  const ids = [
    await world.create('echo', secret, victim),
    await world.create('fails', { why: SECRET }, victim),
  ];
  const parked = await world.park({ ...victim });
  await world.work();
  const open = await world.create('echo', secret, { ...victim, headers: { 'idempotency-key': 'k' } });
  const own = [await world.create('echo', 1, mallory), await world.create('echo', 2, mallory)];
  const ownParked = await world.park(mallory);
  const cursors: string[] = [];
  for (const who of [victim, mallory]) {
    const { body } = await world.send('GET', '/tasks?limit=1', who);
    cursors.push(v.parse(pageView, body).nextCursor);
  }
  const theirs = [...ids, parked.id, open];
  const known = {
    ids: [...theirs, ...own, ownParked.id, '0'.repeat(32)],
    tokens: [ownParked.token, parked.token.replace('victim', 'mallory'), `${parked.token}0`],
    cursors,
  };
  const look = async () =>
    Promise.all(theirs.map(async (id) => (await world.send('GET', `/tasks/${id}`, victim)).body));
  return { world, known, look, stored: () => stored };
}

test(`${REQUESTS} hostile requests get an answer each, and nothing else`, { timeout: 300_000 }, async () => {
  const { world, known, look, stored } = await inhabitedWorld();
  const before = await look();
  const statuses = new Set<number | undefined>();

  async function fire({ method, path, headers, body, tenant }: HostileRequest): Promise<void> {
    const [rows, messages] = [stored(), await world.queue.countWaiting()];
    const answer = await world.fire({
      method,
      path,
      headers,
      claims: { org: tenant },
      ...(body && { body }),
    });
    statuses.add(answer.status);
    expect(answer.status).toBeGreaterThanOrEqual(200);
    expect(answer.status).toBeLessThan(500);
    const text = JSON.stringify(answer);
    expect(text).not.toContain(SECRET);
    expect(text).not.toMatch(INTERNAL);
    if (Number(answer.status) >= 400) {
      expect([stored(), await world.queue.countWaiting()]).toEqual([rows, messages]);
      if (method !== 'HEAD')
        expect(answer.body).toMatchObject({
          type: expect.stringMatching(/^urn:task-system:/),
          status: answer.status,
        });
    }
    if (answer.status === 202) expect(idOf(answer.body)).toMatch(/^[0-9a-f]{32}$/);
  }

  await fc.assert(fc.asyncProperty(hostileRequests(known), fire), { numRuns: REQUESTS });
  expect(await look()).toEqual(before);
  expect([...statuses].toSorted()).toEqual([200, 202, 204, 207, 400, 403, 404, 405, 409, 415, 422]);
});
