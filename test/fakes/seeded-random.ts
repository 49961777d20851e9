import { createHash } from 'node:crypto';
import type { Random } from '../../shared/task/random.ts';

/** Chance that is the same for the same seed. */
export function createSeededRandom(seed = 'test'): Random {
  let draws = 0;
  function draw(): string {
    draws += 1;
    return createHash('sha512').update(`${seed}/${draws}`).digest('hex');
  }
  return {
    hex: (bytes) => draw().slice(0, 2 * bytes),
    fraction: () => Number.parseInt(draw().slice(0, 12), 16) / 2 ** 48,
  };
}
