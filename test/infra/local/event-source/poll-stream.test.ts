import { describe, expect, test, vi } from 'vitest';
import { functionError } from '../../../../infra/local/lambda/invocation-outcome.ts';
import { told } from '../dynamodb/streamed-table.ts';
import { failuresOf, streamBench, SUCCESS } from './stream-bench.ts';

const FAILURE = functionError('Error', 'no luck');
const SECOND_MS = 1000;

describe('a stream’s reader', () => {
  test('hands over records in order and in batches, and then those that come later', async () => {
    const { write, poll, deliveries, stream } = await streamBench();
    await write('a1', 'b1', 'a2');
    poll(async () => SUCCESS, { batchSize: 2 });
    await vi.waitFor(() => expect(deliveries).toEqual([['a1', 'b1'], ['a2']]), 5000);
    await write('a3');
    await vi.waitFor(() => expect(deliveries).toEqual([['a1', 'b1'], ['a2'], ['a3']]), 5000);
    await vi.waitFor(() => expect([...stream.records()]).toEqual([]), 5000);
  });

  test('starts at what comes, where it is told so', async () => {
    const { write, poll, deliveries } = await streamBench();
    await write('a1');
    poll(async () => SUCCESS, { startingPosition: 'LATEST' });
    await write('a2');
    await vi.waitFor(() => expect(deliveries).toEqual([['a2']]), 5000);
  });

  test('passes over what its filter keeps out', async () => {
    const { write, poll, deliveries, stream } = await streamBench();
    poll(async () => SUCCESS, { matches: (record) => JSON.stringify(record).includes('"b') });
    await write('a1', 'b1', 'a2');
    await vi.waitFor(() => expect(deliveries).toEqual([['b1']]), 5000);
    await vi.waitFor(() => expect([...stream.records()]).toEqual([]), 5000);
  });

  test('waits up to its window for a full batch', async () => {
    const { write, poll, deliveries, clock } = await streamBench();
    await write('a1', 'b1', 'c1');
    poll(async () => SUCCESS, { batchSize: 2, windowMs: 7 * SECOND_MS });
    await vi.waitFor(() => expect(deliveries).toEqual([['a1', 'b1'], ['c1']]), 5000);
    expect(clock.pauses).toEqual([7 * SECOND_MS]);
  });

  test('gives no more at once than Lambda takes', async () => {
    const { write, poll, deliveries } = await streamBench();
    const large = (key: string): string => key + 'x'.repeat(390_000);
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q'];
    await write(...keys.map(large));
    poll(async () => SUCCESS);
    await vi.waitFor(() => expect(deliveries.map((batch) => batch.length)).toEqual([16, 1]), 10_000);
  });

  test('hands over again, after growing pauses, until the function succeeds', async () => {
    const { write, poll, deliveries, clock, lines } = await streamBench();
    await write('a1', 'b1');
    poll(async () => (deliveries.length < 9 ? FAILURE : SUCCESS));
    await vi.waitFor(() => expect(deliveries).toHaveLength(9), 5000);
    expect(deliveries).toEqual(Array.from({ length: 9 }, () => ['a1', 'b1']));
    expect(clock.pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * SECOND_MS));
    expect(lines[0]).toBe('[Events] 2 records of a batch failed: Error: no luck');
  });

  test('goes on from the first record that is reported as failed', async () => {
    const { write, poll, deliveries } = await streamBench();
    await write('a1', 'b1', 'c1', 'd1');
    poll(async (_, records) => (deliveries.length === 1 ? failuresOf(records, 'd1', 'b1') : SUCCESS));
    await vi.waitFor(
      () =>
        expect(deliveries).toEqual([
          ['a1', 'b1', 'c1', 'd1'],
          ['b1', 'c1', 'd1'],
        ]),
      5000,
    );
  });

  test('takes reported failures for success where they are not asked for', async () => {
    const { write, poll, deliveries } = await streamBench();
    await write('a1');
    poll(async (_, records) => failuresOf(records, 'a1'), { reportsItemFailures: false });
    await vi.waitFor(() => expect(deliveries).toEqual([['a1']]), 5000);
    await write('a2');
    await vi.waitFor(() => expect(deliveries).toEqual([['a1'], ['a2']]), 5000);
  });

  test('gives up a batch that is out of retries, tells the queue where it is, and goes on behind it', async () => {
    const { write, poll, deliveries, discarded, stream } = await streamBench();
    await write('a1', 'b1');
    const [first, last] = [...stream.records()].map(({ dynamodb }) => dynamodb.SequenceNumber);
    poll(async (values) => (values.includes('b1') ? { ...FAILURE, requestId: 'request' } : SUCCESS), {
      maxRetries: 2,
    });
    await vi.waitFor(() => expect(deliveries).toHaveLength(3), 5000);
    await write('c1');
    await vi.waitFor(() => expect(deliveries.at(-1)).toEqual(['c1']), 5000);
    expect(await discarded()).toEqual({
      requestContext: {
        requestId: 'request',
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Events',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2026-01-01T00:00:03.000Z',
      DDBStreamBatchInfo: {
        shardId: expect.stringMatching(/^shardId-/),
        startSequenceNumber: first,
        endSequenceNumber: last,
        approximateArrivalOfFirstRecord: '2026-01-01T00:00:00Z',
        approximateArrivalOfLastRecord: '2026-01-01T00:00:00Z',
        batchSize: 2,
        streamArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/tasks/stream/local',
      },
    });
  });

  test('halves a failed batch, for no retry, until what is bad stands alone', async () => {
    const { write, poll, deliveries, discarded, stream } = await streamBench();
    await write('a1', 'b1', 'c1', 'd1', 'e1');
    const sequence = [...stream.records()].map(({ dynamodb }) => dynamodb.SequenceNumber);
    poll(async (values) => (values.includes('d1') ? FAILURE : SUCCESS), { bisects: true, maxRetries: 1 });
    await vi.waitFor(() => expect(deliveries.at(-1)).toEqual(['e1']), 5000);
    expect(deliveries).toEqual([
      ['a1', 'b1', 'c1', 'd1', 'e1'],
      ['a1', 'b1', 'c1'],
      ['d1', 'e1'],
      ['d1'],
      ['d1'],
      ['e1'],
    ]);
    expect(await discarded()).toMatchObject({
      requestContext: { approximateInvokeCount: 4 },
      DDBStreamBatchInfo: { batchSize: 1, startSequenceNumber: sequence[3], endSequenceNumber: sequence[3] },
    });
  });

  test('takes a reported failure for the place to cut at', async () => {
    const { write, poll, deliveries } = await streamBench();
    await write('a1', 'b1', 'c1');
    poll(async (_, records) => failuresOf(records, 'b1'), { bisects: true, maxRetries: 0 });
    await vi.waitFor(
      () => expect(deliveries).toEqual([['a1', 'b1', 'c1'], ['b1', 'c1'], ['b1'], ['c1']]),
      5000,
    );
  });

  test('gives up records that are too old, and only these', async () => {
    const { write, poll, deliveries, discarded, clock } = await streamBench();
    await write('a1', 'b1');
    clock.advance(50 * SECOND_MS);
    await write('c1');
    poll(async ({ length }) => (length === 3 ? FAILURE : SUCCESS), { maxAgeMs: 60 * SECOND_MS });
    await vi.waitFor(() => expect(deliveries.at(-1)).toEqual(['c1']), 5000);
    expect(deliveries[0]).toEqual(['a1', 'b1', 'c1']);
    expect(await discarded()).toMatchObject({
      requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 4 },
      DDBStreamBatchInfo: { batchSize: 2 },
    });
  });

  test('leaves to the next start what its stop cut off', async () => {
    const { write, poll, deliveries, stream } = await streamBench();
    await write('a1', 'b1', 'c1');
    const cut = Promise.withResolvers<void>();
    const poller = poll(async (_, records) => {
      if (deliveries.length === 1) return failuresOf(records, 'b1');
      await cut.promise;
      return functionError('ServiceException', 'The local stack is stopping.');
    });
    await vi.waitFor(() => expect(deliveries).toHaveLength(2), 5000);
    poller.stop();
    cut.resolve();
    await poller.settled();
    expect(told(stream.records())).toEqual(['INSERT b - b1', 'INSERT c - c1']);
    poll(async () => SUCCESS);
    await vi.waitFor(() => expect(deliveries.at(-1)).toEqual(['b1', 'c1']), 5000);
  });
});
