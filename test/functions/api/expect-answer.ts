import { expect } from 'vitest';
import { parseBody } from '../../../shared/task/queue.ts';
import type { TaskRow } from '../../../shared/task/task-row.ts';
import type { createApiWorld } from '../../fakes/api-world.ts';
import type { TestRequest } from '../../fakes/lambda-events.ts';

/** Stands, in requests, for what no problem and no line in the log may tell. */
export const SECRET = 'hunter2';
/** Larger than any problem needs to be. */
const MAX_PROBLEM_LENGTH = 10_000;

type World = ReturnType<typeof createApiWorld>;

/** Sends what must be refused: with a problem of this status that names these faults; nothing is stored, sent, logged or quoted. */
export async function expectRefusal(
  world: World,
  request: Partial<TestRequest>,
  status: number,
  errors: readonly object[],
): Promise<void> {
  const result = await world.send(request);
  expect(result).toMatchObject({ status, body: { status, detail: expect.any(String), errors } });
  expect(JSON.stringify(result)).not.toContain(SECRET);
  expect(JSON.stringify(result).length).toBeLessThan(MAX_PROBLEM_LENGTH);
  expect(world.writes()).toBe(0);
  expect(world.logger.lines).toEqual([]);
  expect(await world.queue.receive({ max: 1, waitSeconds: 0 })).toEqual([]);
}

/** Sends what must be taken, and gives the row of its task. The log does not quote it either. */
export async function expectTaken(world: World, request: Partial<TestRequest>): Promise<TaskRow | undefined> {
  expect(await world.send(request)).toMatchObject({ status: 202 });
  expect(JSON.stringify(world.logger.lines)).not.toContain(SECRET);
  const [delivery] = await world.queue.receive({ max: 1, waitSeconds: 0 });
  const key = parseBody(delivery?.body ?? '') ?? { tenant: '', id: '' };
  return world.storage.get(key, { now: world.clock.now() });
}
