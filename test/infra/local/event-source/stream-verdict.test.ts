import { expect, test } from 'vitest';
import { streamRecord, type StreamRecord } from '../../../../infra/local/dynamodb/stream-record.ts';
import { streamVerdict, type StreamVerdict } from '../../../../infra/local/event-source/stream-verdict.ts';

const RECORDS: readonly StreamRecord[] = [1, 2, 3].map((number) =>
  streamRecord('arn', { number, atMs: 0, view: 'KEYS_ONLY', key: {}, after: {} }),
);
const [FIRST, SECOND, THIRD] = RECORDS.map(({ dynamodb }) => dynamodb.SequenceNumber);

function verdict(output: string, reportsItemFailures = true): StreamVerdict {
  return streamVerdict(RECORDS, { kind: 'answered', output }, reportsItemFailures);
}

function reporting(...itemIdentifiers: unknown[]): string {
  return JSON.stringify({ batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })) });
}

test.each(['{"batchItemFailures":[]}', '{"batchItemFailures":null}', '{}', 'null', '""'])(
  'the answer %s is a success',
  (output) => expect(verdict(output)).toEqual({ done: 3 }),
);

test('the lowest sequence number that failed is where it goes on', () => {
  expect(verdict(reporting(THIRD, SECOND))).toMatchObject({ done: 1, failure: `the item ${SECOND} failed` });
  expect(verdict(reporting(FIRST))).toMatchObject({ done: 0 });
});

test.each([
  reporting(''),
  reporting(null),
  reporting(THIRD, 'unknown'),
  '{"batchItemFailures":[{"id":"a"}]}',
  '{"batchItemFailures":"a"}',
  '[1]',
])('the answer %s fails the whole batch', (output) => {
  expect(verdict(output)).toMatchObject({ done: 0, failure: expect.stringContaining('no list') });
});

test('any answer is a success when items are not reported', () => {
  expect(verdict(reporting(FIRST), false)).toEqual({ done: 3 });
});

test('a failed function fails the whole batch', () => {
  const outcome = { kind: 'function-error', errorType: 'Error', errorMessage: 'no' } as const;
  expect(streamVerdict(RECORDS, outcome, true)).toEqual({ done: 0, failure: 'Error: no' });
});
