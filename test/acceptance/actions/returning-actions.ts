import * as v from 'valibot';
import { defineAction } from '../../../shared/task/action.ts';

/** A KiB above what an output may take. */
const TOO_MUCH_BYTES = 257 * 1024;

/** Actions that return what is not JSON, too much, or nothing. */
export const returningActions = [
  returning('returns-function', () => ({ rows: [1, () => 2] })),
  returning('returns-cyclic', () => {
    const node: Record<string, unknown> = {};
    node['next'] = node;
    return { node };
  }),
  returning('returns-nan', () => ({ mean: Number.NaN })),
  returning('returns-bigint', () => [{ count: 1n }]),
  returning('returns-too-much', () => 'x'.repeat(TOO_MUCH_BYTES)),
  returning('returns-nothing', () => undefined),
];

function returning<const Name extends string>(name: Name, output: () => unknown) {
  return defineAction({ name, input: v.strictObject({}), retry: { maxAttempts: 1 }, run: output });
}
