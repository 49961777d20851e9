import { expect, test } from 'vitest';
import { mutatedText } from './mutate.ts';
import { mutants } from './mutants.ts';
import { runMutant } from './run-mutants.ts';

const SEEDS = 2000;
/** Ample on a starved machine; a second as a rule, some seconds for those that are hard to catch. */
const TIMEOUT_MS = 600_000;

test.for(mutants)('the simulation catches: $name', { timeout: TIMEOUT_MS }, async (mutant) => {
  const { violation } = await runMutant(mutant, SEEDS);
  expect(violation?.invariant).toMatch(/^I\d+$/);
});

test('a mutant whose text is not there exactly once is refused', () => {
  const mutant = { name: 'none', file: 'shared/task/work.ts', search: 'no such text', replace: '' };
  expect(() => mutatedText(mutant)).toThrow('finds its text 0 times in shared/task/work.ts');
  expect(() => mutatedText({ ...mutant, search: 'import' })).toThrow(/finds its text [1-9]\d* times/);
});
