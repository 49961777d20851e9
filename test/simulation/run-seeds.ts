import type { Invariant } from './invariants.ts';
import type { Violation } from './recorder.ts';
import { simulate } from './simulate.ts';

/** What the worlds of many seeds went through. */
export interface Totals {
  seeds: number;
  steps: number;
  tasks: number;
  readonly checks: Map<Invariant, number>;
  /** Each pair of a step and a fault, and how often it came. */
  readonly covered: Map<string, number>;
  readonly failures: { readonly seed: number; readonly violations: readonly Violation[] }[];
}

/** Seeds to simulate: `count` of them from `first` on, until one fails if `untilFailure`. */
export interface SeedRange {
  readonly first: number;
  readonly count: number;
  readonly untilFailure: boolean;
}

/** Simulates one world after the other. `onSeed` hears of each. */
export async function runSeeds(
  { first, count, untilFailure }: SeedRange,
  onSeed: (totals: Totals) => void = () => undefined,
): Promise<Totals> {
  const totals: Totals = {
    seeds: 0,
    steps: 0,
    tasks: 0,
    checks: new Map(),
    covered: new Map(),
    failures: [],
  };
  for (let seed = first; seed < first + count; seed += 1) {
    const { recorder, steps, tasks } = await simulate(seed);
    totals.seeds += 1;
    totals.steps += steps;
    totals.tasks += tasks;
    add(totals.checks, recorder.checks);
    add(totals.covered, recorder.covered);
    if (recorder.violations.length > 0) totals.failures.push({ seed, violations: recorder.violations });
    onSeed(totals);
    if (untilFailure && totals.failures.length > 0) break;
  }
  return totals;
}

function add<Key>(sums: Map<Key, number>, counts: ReadonlyMap<Key, number>): void {
  for (const [key, count] of counts) sums.set(key, (sums.get(key) ?? 0) + count);
}
