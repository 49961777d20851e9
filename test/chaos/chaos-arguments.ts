import { parseArgs } from 'node:util';

/** What `npm run chaos` was asked for. */
export interface ChaosArguments {
  /** Of load and kills; what is left then takes some minutes more to end. */
  readonly minutes: number;
  readonly seed: string;
}

/** How to call it. */
export const USAGE = `Usage: npm run chaos -- --minutes N [--seed S]
  --minutes N  how long the stack is loaded and killed, a number above 0
  --seed S     repeats the kinds of kills, pauses and tasks of another run (default: another one each time)`;

/**
 * Reads the command line.
 * @throws Error whose message says what is wrong with it.
 */
export function readChaosArguments(args: readonly string[], newSeed: string): ChaosArguments {
  const options = { minutes: { type: 'string' }, seed: { type: 'string', default: newSeed } } as const;
  const { minutes, seed } = parseArgs({ args: [...args], options }).values;
  if (minutes === undefined) throw new Error('--minutes is missing.');
  if (!/^\d+(\.\d+)?$/.test(minutes) || Number(minutes) === 0)
    throw new Error(`--minutes is ${JSON.stringify(minutes)}: it is a number above 0, such as 10.`);
  return { minutes: Number(minutes), seed };
}
