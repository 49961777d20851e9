import type { Random } from '../../shared/task/random.ts';

/** Chance that a seed determines: the same draws in the same order for the same seed. */
export interface Chance {
  /** From 0 up to, and without, 1. */
  fraction(): number;
  /** Whether something of this probability happens. */
  happens(probability: number): boolean;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** One of the values, each as likely as the others. */
  pick<const Values extends readonly [unknown, ...unknown[]]>(values: Values): Values[number];
  /** The port of the same draws. */
  readonly random: Random;
}

/** Makes chance from a seed: sfc32, of PractRand (http://pracrand.sourceforge.net/RNG_engines.txt), warmed up. */
export function createChance(seed: number): Chance {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;

  function next(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  for (let round = 0; round < 16; round += 1) next();
  const fraction = () => next() / 2 ** 32;
  const between = (low: number, high: number) => low + Math.floor(fraction() * (high - low + 1));
  return {
    fraction,
    happens: (probability) => fraction() < probability,
    between,
    pick: (values) => values[between(0, values.length - 1)],
    random: {
      fraction,
      hex(bytes) {
        let digits = '';
        while (digits.length < 2 * bytes) digits += next().toString(16).padStart(8, '0');
        return digits.slice(0, 2 * bytes);
      },
    },
  };
}
