import { parseArgs } from 'node:util';
import { invariants, sentences } from './invariants.ts';
import { runMutants } from './run-mutants.ts';
import { runSeeds } from './run-seeds.ts';
import { simulate } from './simulate.ts';

const USAGE = `npm run simulate -- [--seeds N] [--seed S] [--mutants]

  --seeds N   simulates N worlds, by default 2000, from seed S on, by default 1
  --seed S    alone: simulates the world of this seed, and prints its history
  --mutants   breaks the protocol in every known way, and shows that the same seeds catch each`;
const DEFAULT_SEEDS = 2000;
/** Lines of history that a failing seed shows. */
const SHOWN_LINES = 60;
const REPORT_EVERY = 5000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function showSeed(seed: number): Promise<boolean> {
  const { recorder, steps, tasks } = await simulate(seed, { keepsHistory: true });
  const [violation] = recorder.violations;
  // What is about no task matters where a process dies.
  const lines = recorder.history.filter(
    ({ about, line }) =>
      violation === undefined || about === violation.about || (about === '' && line.includes(' dies: ')),
  );
  const last =
    violation === undefined ? lines.length : 1 + lines.findIndex(({ line }) => line.includes('!!'));
  const shown = lines.slice(
    violation === undefined ? 0 : Math.max(0, last - SHOWN_LINES),
    Math.max(last, SHOWN_LINES),
  );
  print(
    `seed ${seed}: ${tasks} tasks, ${steps} steps${violation === undefined ? '' : `; the history of task ${violation.about}, in seconds:`}`,
  );
  for (const { line } of shown) print(line);
  for (const { invariant, what } of recorder.violations)
    print(`violated ${invariant} (${sentences.get(invariant)}): ${what}`);
  return violation === undefined;
}

async function showSeeds(first: number, count: number): Promise<boolean> {
  const totals = await runSeeds({ first, count, untilFailure: false }, ({ seeds, failures }) => {
    if (seeds % REPORT_EVERY === 0) print(`${seeds} seeds, ${failures.length} failed`);
  });
  print('checks of each invariant:');
  for (const [invariant, sentence] of invariants) {
    print(`  ${invariant.padEnd(4)}${String(totals.checks.get(invariant) ?? 0).padStart(12)}  ${sentence}`);
  }
  const steps = new Set([...totals.covered.keys()].map((pair) => pair.split(' × ')[0]));
  print(
    `${totals.tasks} tasks, ${totals.steps} steps; ${totals.covered.size} pairs of fault and step, at ${steps.size} kinds of steps`,
  );
  const [failure] = totals.failures;
  if (failure !== undefined) {
    await showSeed(failure.seed);
    print(`again: npm run simulate -- --seed ${failure.seed}`);
  }
  print(`${totals.seeds - totals.failures.length} seeds passed, ${totals.failures.length} failed`);
  return failure === undefined;
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new TypeError(`--${name} is ${text}; give a whole number from 1.`);
  return number;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      mutants: { type: 'boolean' },
      'until-failure': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    print(USAGE);
    return true;
  }
  const seed = readNumber('seed', values.seed);
  const seeds = readNumber('seeds', values.seeds);
  if (values.mutants) return runMutants(seeds ?? DEFAULT_SEEDS, print);
  return seed !== undefined && seeds === undefined
    ? showSeed(seed)
    : showSeeds(seed ?? 1, seeds ?? DEFAULT_SEEDS);
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  print(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 2;
}
