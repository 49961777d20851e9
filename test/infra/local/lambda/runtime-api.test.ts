import { expect, onTestFinished, test } from 'vitest';
import type { InvocationOutcome } from '../../../../infra/local/lambda/invocation-outcome.ts';
import { startRuntimeApi } from '../../../../infra/local/lambda/runtime-api.ts';

/** What the API tells of a body that is posted to it. */
async function outcomeOf(path: string, body: string): Promise<InvocationOutcome> {
  const told = Promise.withResolvers<InvocationOutcome>();
  const api = await startRuntimeApi({
    idle() {},
    ended: (_requestId, outcome) => told.resolve(outcome),
    initFailed: (outcome) => told.resolve(outcome),
  });
  onTestFinished(() => api.close());
  const response = await fetch(`http://${api.address}/2018-06-01/runtime/${path}`, { method: 'POST', body });
  expect(response.status).toBe(202);
  return told.promise;
}

test('an error is told by its type and message', async () => {
  const body = '{"errorType":"RangeError","errorMessage":"too bad"}';
  expect(await outcomeOf('invocation/1/error', body)).toEqual({
    kind: 'function-error',
    errorType: 'RangeError',
    errorMessage: 'too bad',
  });
});

test.each(['init/error', 'invocation/1/error'])(
  'a body that is no error is one of its own at %s',
  async (path) => {
    for (const body of ['no JSON', '', 'null', '7']) {
      expect(await outcomeOf(path, body)).toEqual({
        kind: 'function-error',
        errorType: 'Runtime.Unknown',
        errorMessage: body,
      });
    }
  },
);
