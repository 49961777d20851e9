import * as v from 'valibot';
import { defineAction } from '../../../shared/task/action.ts';
import { PermanentError } from '../../../shared/task/permanent-error.ts';

const nothing = v.strictObject({});

/** Fails once, then returns the number of the attempt that succeeded. */
export const failsOnce = defineAction({
  name: 'fails-once',
  input: nothing,
  run(_, { attempt }) {
    if (attempt === 1) throw new Error('The first attempt always fails.');
    return { attempt };
  },
});

/** Fails at both of its attempts. */
export const alwaysFails = defineAction({
  name: 'always-fails',
  input: nothing,
  retry: { maxAttempts: 2 },
  run(_, { attempt }) {
    throw new Error(`Attempt ${attempt} fails like every other.`);
  },
});

/** Fails for good at its first attempt. */
export const permanent = defineAction({
  name: 'permanent',
  input: nothing,
  run() {
    throw new PermanentError('The card was declined.', { code: 'card-declined' });
  },
});

/** Ignores its signal and never ends. */
export const neverSettles = defineAction({
  name: 'never-settles',
  input: nothing,
  timeoutMs: 1000,
  retry: { maxAttempts: 1 },
  run() {
    return new Promise<never>(() => {});
  },
});
