import { expect, test } from 'vitest';
import { batchVerdict } from '../../../../infra/local/event-source/batch-verdict.ts';

const MESSAGES = ['a', 'b', 'c'].map((MessageId) => ({ MessageId }));

function succeeded(output: string, reportsItemFailures = true): string[] {
  const verdict = batchVerdict(MESSAGES, { kind: 'answered', output }, reportsItemFailures);
  expect(verdict.failure === undefined).toBe(verdict.succeeded.length > 0);
  return verdict.succeeded.map(({ MessageId }) => String(MessageId));
}

test.each(['{"batchItemFailures":[]}', '{"batchItemFailures":null}', '{}', 'null', '""'])(
  'the answer %s deletes the whole batch',
  (output) => {
    expect(succeeded(output)).toEqual(['a', 'b', 'c']);
  },
);

test('an answer that names items keeps these and deletes the others', () => {
  expect(succeeded('{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"b"}]}')).toEqual([
    'a',
    'c',
  ]);
});

test.each([
  '{"batchItemFailures":[{"itemIdentifier":""}]}',
  '{"batchItemFailures":[{"itemIdentifier":null}]}',
  '{"batchItemFailures":[{"id":"a"}]}',
  '{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"unknown"}]}',
  '{"batchItemFailures":["a"]}',
  '{"batchItemFailures":"a"}',
  '"not an object"',
  '[1]',
  'not JSON',
])('the answer %s keeps the whole batch', (output) => {
  expect(succeeded(output)).toEqual([]);
});

test('any answer deletes the whole batch when items are not reported', () => {
  expect(succeeded('{"batchItemFailures":[{"itemIdentifier":"b"}]}', false)).toEqual(['a', 'b', 'c']);
});

test('a failed function keeps the whole batch', () => {
  const outcome = { kind: 'function-error', errorType: 'Error', errorMessage: 'no' } as const;
  expect(batchVerdict(MESSAGES, outcome, true)).toEqual({ succeeded: [], failure: 'Error: no' });
});
