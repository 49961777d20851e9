import { beforeEach, describe, expect, test } from 'vitest';
import type { TaskRow } from '../../../shared/task/task-row.ts';
import { actionOf, createWorkerWorld } from '../../fakes/worker-world.ts';

let world: ReturnType<typeof createWorkerWorld>;

beforeEach(() => {
  world = createWorkerWorld();
});

const START = Date.UTC(2026, 0, 1);
const LATER = START + 60_000;
const usedUp = { attempt: 3, claimId: 'c' } as const;
const live = { claimId: 'c', leaseUntil: LATER, attempt: 1 } as const;
const parked = { parked: true, claimId: 'c' } as const;

type Case = readonly [name: string, members: Partial<TaskRow>];

describe('a message whose task has two reasons against a claim', () => {
  const action = actionOf(() => {
    throw new Error('it is never executed');
  });

  const waiting: readonly Case[] = [
    ['waits for its next attempt and is to be cancelled', { retryAt: LATER, cancelRequested: true }],
    ['waits for its next attempt, with none left', { retryAt: LATER, ...usedUp }],
    ['waits for its next attempt past its deadline', { retryAt: LATER, deadlineAt: START }],
    ['is delayed', { startAt: LATER, activeStatus: 'stopped' }],
    ['is delayed and is to be cancelled', { startAt: LATER, cancelRequested: true }],
    ['is delayed, and its next attempt is due earlier', { startAt: LATER, retryAt: LATER - 1 }],
    ['is delayed, and its next attempt is due later', { startAt: LATER - 1, retryAt: LATER }],
    ['is held and is to be cancelled', { ...live, cancelRequested: true }],
    ['is held, and its next attempt is due later', { ...live, retryAt: LATER + 9000 }],
    ['is held in its last attempt', { ...live, ...usedUp }],
  ];

  test.each(waiting)('keeps it until then, when the task %s', async (_name, members) => {
    const key = await world.createWith(action, members);
    const row = await world.rowOf(key);
    expect(await world.deliver(action)).toBe('keep');
    expect(await world.nextDeliveryMs()).toBe(60_000);
    expect(await world.rowOf(key)).toEqual(row);
  });

  const ending: readonly (readonly [...Case, end: Partial<TaskRow>])[] = [
    [
      'is to be cancelled, with no attempts left',
      { cancelRequested: true, ...usedUp },
      { finalStatus: 'cancelled' },
    ],
    [
      'is to be cancelled past its deadline',
      { cancelRequested: true, deadlineAt: START },
      { finalStatus: 'cancelled' },
    ],
    [
      'has no attempts left past its deadline',
      { ...usedUp, deadlineAt: START },
      { finalStatus: 'failed', error: expect.objectContaining({ code: 'attempts-exhausted', attempt: 3 }) },
    ],
  ];

  test.each(ending)('ends it when the task %s', async (_name, members, end) => {
    const key = await world.createWith(action, members);
    expect(await world.deliver(action)).toBe('delete');
    expect(await world.rowOf(key)).toMatchObject(end);
  });

  const others: readonly Case[] = [
    ['is to be cancelled', { cancelRequested: true }],
    ['has no attempts left', usedUp],
    ['is past its deadline', { deadlineAt: START }],
    ['waits for its next attempt', { retryAt: LATER }],
    ['is delayed', { startAt: LATER }],
    ['has a lease', live],
  ];

  test.each(others)('lets it go when the task is parked and %s', async (_name, members) => {
    const key = await world.createWith(action, { ...members, ...parked });
    const row = await world.rowOf(key);
    expect(await world.deliver(action)).toBe('delete');
    expect(await world.rowOf(key)).toEqual(row);
  });
});
