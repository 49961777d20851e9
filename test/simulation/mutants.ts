import { mistakes } from './mistakes.ts';
import type { Mutant } from './mutate.ts';
import { refusedRoads } from './refused-roads.ts';

/** Every one must be caught by the simulation: a proof that cannot fail proves nothing. */
export const mutants: readonly Mutant[] = [...refusedRoads, ...mistakes];
