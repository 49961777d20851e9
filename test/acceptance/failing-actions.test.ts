import { describe, expect, inject, test } from 'vitest';
import { describedClient } from './described-client.ts';
import { runToTheEnd } from './task-calls.ts';

const target = inject('acceptanceTarget');
const send = describedClient();

/** A wait of up to 20 s, five times. */
const TIMEOUT = { timeout: 110_000 };

describe.runIf(target.hasSuiteActions)('an action of the suite', () => {
  describe.concurrent('that throws', () => {
    test('once gets another attempt and succeeds', TIMEOUT, async () => {
      const task = await runToTheEnd(send, 'fails-once', {});
      expect(task).toMatchObject({ finalStatus: 'succeeded', attempt: 2, output: { attempt: 2 } });
      expect(task.error).toBeUndefined();
    });

    test('at every attempt fails after the last with its error', TIMEOUT, async () => {
      const task = await runToTheEnd(send, 'always-fails', {});
      expect(task).toMatchObject({ activeStatus: 'stopped', finalStatus: 'failed', attempt: 2 });
      expect(task.output).toBeUndefined();
      expect(task.error).toMatchObject({
        name: 'Error',
        message: 'Attempt 2 fails like every other.',
        code: 'action-failed',
        attempt: 2,
      });
    });

    test('a PermanentError fails at once with its code', TIMEOUT, async () => {
      const task = await runToTheEnd(send, 'permanent', {});
      expect(task).toMatchObject({ finalStatus: 'failed', attempt: 1 });
      expect(task.error).toEqual({
        name: 'PermanentError',
        message: 'The card was declined.',
        code: 'card-declined',
        retryable: false,
        attempt: 1,
      });
    });

    test.each([
      ['a text', 'throws-string', 'a thrown text'],
      ['a cyclic object', 'throws-cyclic', ''],
      ['a huge error', 'throws-huge', 'é'.repeat(500)],
    ])('%s fails with an error of at most 1 KiB', TIMEOUT, async (_, action, message) => {
      const task = await runToTheEnd(send, action, {});
      expect(task).toMatchObject({ finalStatus: 'failed', attempt: 1, error: { code: 'action-failed' } });
      expect(task.error?.message).toContain(message);
      expect(Buffer.byteLength(task.error?.message ?? '')).toBeGreaterThan(0);
      expect(Buffer.byteLength(task.error?.message ?? '')).toBeLessThanOrEqual(1024);
    });
  });

  test('that never settles fails by its timeout', TIMEOUT, async () => {
    const task = await runToTheEnd(send, 'never-settles', {});
    expect(task).toMatchObject({ finalStatus: 'failed', attempt: 1, error: { code: 'timeout', attempt: 1 } });
  });

  describe.concurrent('that returns', () => {
    test.each([
      ['a function', 'returns-function', 'output.rows[1]'],
      ['a cycle', 'returns-cyclic', 'output.node.next'],
      ['NaN', 'returns-nan', 'output.mean'],
      ['a BigInt', 'returns-bigint', 'output[0].count'],
    ])('%s fails, and its error names the place', TIMEOUT, async (_, action, place) => {
      const task = await runToTheEnd(send, action, {});
      expect(task).toMatchObject({ finalStatus: 'failed', attempt: 1, error: { code: 'output-rejected' } });
      expect(task.error?.message).toContain(place);
      expect(task.output).toBeUndefined();
    });

    test('more than 256 KiB fails', TIMEOUT, async () => {
      const task = await runToTheEnd(send, 'returns-too-much', {});
      expect(task).toMatchObject({ finalStatus: 'failed', attempt: 1, error: { code: 'output-too-large' } });
      expect(task.output).toBeUndefined();
    });

    test('nothing succeeds without an output', TIMEOUT, async () => {
      const task = await runToTheEnd(send, 'returns-nothing', {});
      expect(task).toMatchObject({ finalStatus: 'succeeded', attempt: 1 });
      expect(task).not.toHaveProperty('output');
    });
  });
});

test(
  'an input that the action finds broken fails at its first attempt, with the code of the action',
  TIMEOUT,
  async () => {
    const task = await runToTheEnd(send, 'csv-profile', { csv: 'a,b\n1,"2' });
    expect(task).toMatchObject({
      finalStatus: 'failed',
      attempt: 1,
      error: { code: 'csv-malformed', retryable: false, message: expect.stringContaining('row 2') },
    });
  },
);
