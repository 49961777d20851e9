import { runSeeds } from './run-seeds.ts';

/** Run in a copy of the project: simulates until a seed fails, and prints as one line of JSON what it was caught by. */
const totals = await runSeeds({ first: 1, count: Number(process.argv[2]), untilFailure: true });
const [failure] = totals.failures;
process.stdout.write(`${JSON.stringify({ seed: failure?.seed, violation: failure?.violations[0] })}\n`);
