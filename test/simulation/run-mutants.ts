import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { sentences } from './invariants.ts';
import { copyWith } from './mutate.ts';
import type { Mutant } from './mutate.ts';
import { mutants } from './mutants.ts';

const outcome = v.object({
  seed: v.optional(v.number()),
  violation: v.optional(v.object({ invariant: v.string(), what: v.string() })),
});

/** How a mutant was caught; without `seed` it was not. */
export type Catch = v.InferOutput<typeof outcome>;

/** Simulates a mutant until a seed catches it. Its code runs in a process of its own, on a copy of the project. */
export async function runMutant(mutant: Mutant, seeds: number): Promise<Catch> {
  const copy = copyWith(mutant);
  try {
    const child = spawn(process.execPath, ['test/simulation/run-mutant.ts', String(seeds)], {
      cwd: copy.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [output, errors] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    if (output === '') throw new Error(`The mutant "${mutant.name}" does not run: ${errors}`);
    return v.parse(outcome, JSON.parse(output));
  } finally {
    copy.remove();
  }
}

/** Runs all mutants, as many at once as there are cores; answers whether each was caught. */
export async function runMutants(seeds: number, print: (line: string) => void): Promise<boolean> {
  const waiting = [...mutants];
  let survivors = 0;
  async function work(): Promise<void> {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const { seed, violation } = await runMutant(mutant, seeds);
      if (violation === undefined) survivors += 1;
      const { invariant = '', what = '' } = violation ?? {};
      print(
        violation === undefined
          ? `SURVIVED  ${mutant.name}: no invariant fails in ${seeds} seeds`
          : `caught    ${mutant.name}: by ${invariant} (${sentences.get(invariant)}), seed ${seed}: ${what}`,
      );
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  print(`${mutants.length - survivors} mutants caught, ${survivors} survived`);
  return survivors === 0;
}
