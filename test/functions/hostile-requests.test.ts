import * as fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { findCall } from '../../shared/http/find-call.ts';
import { describeApi } from '../../shared/http/openapi/describe-api.ts';
import { answerChecker } from '../fakes/answer-checker.ts';
import { createHttpWorld } from '../fakes/http-world.ts';
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

/** The call that a request makes, by the document's name for it. */
function callOf({ method, path }: HostileRequest): string {
  try {
    const found = findCall({
      method: method.toUpperCase(),
      path: new URL(path, 'http://localhost').pathname,
    });
    return 'allow' in found ? 'elsewhere' : found.name;
  } catch {
    return 'elsewhere';
  }
}

test(`${REQUESTS} hostile requests get an answer each, and nothing else`, { timeout: 300_000 }, async () => {
  const { world, known, look, stored } = await inhabitedWorld();
  const before = await look();
  const statuses = new Set<number>();
  const check = answerChecker(describeApi(world.actions));

  /** What a request has changed that it should not have, and what its answer says that it should not. */
  async function fire(request: HostileRequest): Promise<readonly unknown[]> {
    const { method, path, headers, body, tenant } = request;
    const [rows, messages] = [stored(), await world.queue.countWaiting()];
    const answer = await world.fire({
      method,
      path,
      headers,
      claims: { org: tenant },
      ...(body && { body }),
    });
    const text = `${JSON.stringify(answer.headers)} ${answer.body}`;
    statuses.add(answer.status);
    const call = callOf(request);
    const { status, headers: told } = answer;
    const isBodyless = method === 'HEAD' || answer.body === '';
    check(call, { status, headers: told, ...(!isBodyless && { body: answer.body }) });
    const isRefused = answer.status >= 400;
    const hasChanged = stored() !== rows || (await world.queue.countWaiting()) !== messages;
    return [
      answer.status < 200 || answer.status >= 500,
      isRefused && hasChanged,
      text.includes(SECRET),
      INTERNAL.exec(text)?.[0],
    ].filter((wrong) => wrong !== false && wrong !== undefined);
  }

  const nothing = fc.asyncProperty(hostileRequests(known), async (request) => {
    expect(await fire(request)).toEqual([]);
  });
  await fc.assert(nothing, { numRuns: REQUESTS });
  expect(await look()).toEqual(before);
  // Rarer ones depend on the seed.
  expect([...statuses]).toEqual(expect.arrayContaining([200, 202, 204, 207, 400, 403, 404, 405, 415]));
});
