import { beforeAll, describe, expect, test } from 'vitest';
import { callFaults } from './faults.ts';
import { invariants } from './invariants.ts';
import { runSeeds } from './run-seeds.ts';
import type { Totals } from './run-seeds.ts';
import { simulate } from './simulate.ts';

const SEEDS = 2000;
/** Ample on a starved machine; half a minute as a rule. */
const TIMEOUT_MS = 600_000;

describe(`in ${SEEDS} simulated worlds, whatever dies, is delayed, lost or done twice`, () => {
  let totals: Totals;
  beforeAll(async () => {
    totals = await runSeeds({ first: 1, count: SEEDS, untilFailure: false });
  }, TIMEOUT_MS);

  test.each(invariants)('%s: %s', (name) => {
    const failures = totals.failures.flatMap(({ seed, violations }) =>
      violations
        .filter(({ invariant }) => invariant === name)
        .map(({ what }) => `npm run simulate -- --seed ${seed}: ${what}`),
    );
    expect(failures).toEqual([]);
    expect(totals.checks.get(name)).toBeGreaterThan(SEEDS / 10);
  });

  test('every kind of fault came at the steps where it can', () => {
    const writes = [
      'api create',
      'api send',
      'worker update claim',
      'worker update heartbeat',
      'worker update end',
      'worker update release',
      'worker update park',
      'worker set visibility',
      'reconciler update bump',
      'reconciler send',
      'reconciler update end',
      'cancel update end',
      'cancel update request cancel',
      'complete update complete',
      'events put events',
    ];
    const missing = writes
      .flatMap((step) => callFaults.map((kind) => `${step} × ${kind}`))
      .filter((pair) => !totals.covered.has(pair));
    expect(missing).toEqual([]);
    for (const state of ['is not there', 'has ended', 'is parked', 'is held', 'waits'])
      expect(totals.covered.has(`dead letter of a task × that ${state}`)).toBe(true);
  });
});

test('a seed gives the same history each time, another seed another one', async () => {
  const first = await simulate(7, { keepsHistory: true });
  expect(first.recorder.history.length).toBeGreaterThan(10);
  expect((await simulate(7, { keepsHistory: true })).recorder.history).toEqual(first.recorder.history);
  expect((await simulate(8, { keepsHistory: true })).recorder.history).not.toEqual(first.recorder.history);
});
