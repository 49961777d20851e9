import * as v from 'valibot';
import { defineAction } from '../../../shared/task/action.ts';

/** Actions that throw what is not an ordinary error, each at its only attempt. */
export const throwingActions = [
  throwing('throws-string', () => 'a thrown text'),
  throwing('throws-cyclic', () => {
    const cyclic: Record<string, unknown> = { reason: 'it refers to itself' };
    cyclic['self'] = cyclic;
    return cyclic;
  }),
  throwing('throws-huge', () => new Error('é'.repeat(512 * 1024))),
];

function throwing<const Name extends string>(name: Name, thrown: () => unknown) {
  return defineAction({
    name,
    input: v.strictObject({}),
    retry: { maxAttempts: 1 },
    // A rejection, since the linter rightly refuses `throw` of what is not an error.
    run: () => Promise.reject(thrown()),
  });
}
