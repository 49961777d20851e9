import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from '../task/random.ts';

/** Steps of a fraction: the most that `randomInt` takes. */
const STEPS = 2 ** 48 - 1;

/** The machine's cryptographic randomness. */
export const systemRandom: Random = {
  hex: (bytes) => randomBytes(bytes).toString('hex'),
  fraction: () => randomInt(STEPS) / STEPS,
};
