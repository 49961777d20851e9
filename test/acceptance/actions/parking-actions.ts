import * as v from 'valibot';
import { defineAction } from '../../../shared/task/action.ts';

/** Keeps its input, where whoever knows its task's id can read it. */
const keeps = defineAction({ name: 'keeps', input: v.unknown(), run: () => undefined });

/**
 * Waits for completion from outside, by an output `{ approved }`, and hands out its token as the input of another task, which it
 * creates by the API itself: its tester sees nothing else of the worker. Only for an API that takes unsigned requests.
 */
const parks = defineAction({
  name: 'parks',
  input: v.strictObject({ url: v.pipe(v.string(), v.url()), key: v.string() }),
  output: v.strictObject({ approved: v.boolean() }),
  async run({ url, key }, { completionToken, waitForCompletion }) {
    const response = await fetch(`${url}/tasks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ action: keeps.name, input: { token: completionToken } }),
    });
    if (!response.ok) throw new Error(`The API answered ${response.status}.`);
    return waitForCompletion();
  },
});

/** Actions for completion from outside. */
export const parkingActions = [parks, keeps];
