import { beforeEach, describe, expect, test } from 'vitest';
import { handleDeadLetter } from '../../../shared/task/dead-letter.ts';
import { UnavailableError } from '../../../shared/task/errors.ts';
import type { TaskRow } from '../../../shared/task/task-row.ts';
import { actionOf, createWorkerWorld } from '../../fakes/worker-world.ts';

const action = actionOf(() => 1);

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

/** Lets a task's message be a dead letter, its row having `members`. */
async function deliver(members: Partial<TaskRow>) {
  const key = await world.create(action);
  const row = await world.rowOf(key);
  if (row !== undefined) await world.storage.set({ ...row, ...members }, world.clock.now());
  const kind = await handleDeadLetter(world.dependencies(), await world.receive());
  const before = world.clock.now();
  if (kind === 'keep') await world.receive();
  return { kind, row: await world.rowOf(key), hiddenForMs: world.clock.now() - before };
}

describe('a dead letter', () => {
  test('of a task that nothing is wrong with is dropped, and the task left to the clock', async () => {
    const { kind, row } = await deliver({ attempt: 0 });
    expect(kind).toBe('delete');
    expect(row).not.toHaveProperty('finalStatus');
    expect(world.logger.lines).toMatchObject([{ level: 'warn', 'task-id': row?.id, attempt: 0 }]);
  });

  test('of a task that is parked, has ended or never was is dropped', async () => {
    expect(await deliver({ parked: true })).toMatchObject({ kind: 'delete' });
    const body = JSON.stringify({ tenant: 'default', id: 'f'.repeat(32) });
    expect(await handleDeadLetter(world.dependencies(), { body, receipt: 'r', receiveCount: 6 })).toBe(
      'delete',
    );
  });

  test('of a task that is being worked on, or not yet due, is kept until then', async () => {
    const now = world.clock.now();
    const held = await deliver({ claimId: 'c', leaseUntil: now + 42_000, attempt: 3 });
    expect(held).toMatchObject({ kind: 'keep', hiddenForMs: 42_000 });
    expect(held.row).not.toHaveProperty('finalStatus');
    expect(await deliver({ retryAt: world.clock.now() + 7000 })).toMatchObject({
      kind: 'keep',
      hiddenForMs: 7000,
    });
  });

  test.each([
    ['is to be cancelled', { cancelRequested: true }, { finalStatus: 'cancelled' }],
    [
      'has used up its attempts',
      { attempt: 3 },
      { finalStatus: 'failed', error: { code: 'attempts-exhausted' } },
    ],
    [
      'is past its deadline',
      { deadlineAt: 1 },
      { finalStatus: 'failed', error: { code: 'deadline-exceeded' } },
    ],
    [
      'was sent ten times more',
      { dispatches: 10 },
      { finalStatus: 'failed', error: { code: 'undeliverable' } },
    ],
  ] as const)('of a task that %s ends it', async (_name, members, expected) => {
    const { kind, row } = await deliver(members);
    expect(kind).toBe('delete');
    expect(row).toMatchObject(expected);
  });

  test('that is not ours is dropped, with one line in the log that does not quote it', async () => {
    expect(
      await handleDeadLetter(world.dependencies(), { body: 'secret', receipt: 'r', receiveCount: 6 }),
    ).toBe('delete');
    expect(world.logger.lines).toHaveLength(1);
    expect(JSON.stringify(world.logger.lines)).not.toContain('secret');
  });

  test('is kept when the storage is away', async () => {
    await world.create(action);
    const get = () => Promise.reject(new UnavailableError('storage', { cause: new Error('down') }));
    const broken = { ...world.dependencies(), storage: { ...world.storage, get } };
    expect(await handleDeadLetter(broken, await world.receive())).toBe('keep');
  });
});
