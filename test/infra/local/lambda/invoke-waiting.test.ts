import { expect, test } from 'vitest';
import { openBacklog } from '../../../../infra/local/backlog/open-backlog.ts';
import { workOff } from '../../../../infra/local/backlog/work-off.ts';
import { functionError, type InvocationOutcome } from '../../../../infra/local/lambda/invocation-outcome.ts';
import { invokeWaiting, type InvokeWaitingParts } from '../../../../infra/local/lambda/invoke-waiting.ts';
import { createManualClock } from '../../../fakes/manual-clock.ts';
import { functionOf } from './function-fixture.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:Test-Echo';
const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:failures';
const CONFIG = { maxRetries: 2, maxAgeMs: 21_600_000, onFailureArn: QUEUE_ARN };
const FAILURE = functionError('Error', 'no luck');

interface Ended {
  /** When the function was invoked, in minutes, and with which request id. */
  readonly invokedAt: readonly number[];
  readonly requestIds: ReadonlySet<unknown>;
  /** Queue ARNs and messages. */
  readonly sent: readonly [string, unknown][];
  readonly lines: readonly string[];
}

/** Invokes with an event until nothing is left to be done. */
async function invoke(
  outcomes: readonly InvocationOutcome[],
  config?: InvokeWaitingParts['config'],
): Promise<Ended> {
  const clock = createManualClock();
  const start = clock.now();
  const backlog = openBacklog(undefined);
  const invokedAt: number[] = [];
  const requestIds = new Set<unknown>();
  const sent: [string, unknown][] = [];
  const lines: string[] = [];
  const { definition } = functionOf('').target;
  const target = {
    definition,
    async invoke(event: unknown, _signal?: AbortSignal, requestId?: string) {
      expect(event).toEqual({ order: 1 });
      invokedAt.push((clock.now() - start) / 60_000);
      requestIds.add(requestId);
      return outcomes[invokedAt.length - 1] ?? FAILURE;
    },
  };
  const parts: InvokeWaitingParts = {
    config,
    clock,
    print: (line) => lines.push(line),
    async sendToQueue(arn, body) {
      sent.push([arn, JSON.parse(body)]);
    },
  };
  backlog.add([{ receiver: 'invoke', content: '{"order":1}' }], start);
  const worker = workOff({
    ...parts,
    backlog,
    receiver: 'invoke',
    atOnce: 1,
    attempt: (entry, signal) => invokeWaiting(entry, target, parts, signal),
  });
  await clock.advance(7 * 3_600_000);
  worker.stop();
  await worker.settled();
  expect(backlog.first('invoke', 1)).toEqual([]);
  backlog.close();
  return { invokedAt, requestIds, sent, lines };
}

test('a function that fails is invoked again after one minute and after two, and then its record is sent', async () => {
  const { invokedAt, requestIds, sent } = await invoke([], CONFIG);
  expect(invokedAt).toEqual([0, 1, 3]);
  expect(requestIds.size).toBe(1);
  const [requestId] = requestIds;
  expect(sent).toEqual([
    [
      QUEUE_ARN,
      {
        version: '1.0',
        timestamp: '2026-01-01T00:03:00.000Z',
        requestContext: {
          requestId,
          functionArn: `${ARN}:$LATEST`,
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { order: 1 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorType: 'Error', errorMessage: 'no luck' },
      },
    ],
  ]);
});

test('a function that succeeds at last leaves no record', async () => {
  const { invokedAt, sent } = await invoke([FAILURE, { kind: 'answered', output: 'null' }], CONFIG);
  expect(invokedAt).toEqual([0, 1]);
  expect(sent).toEqual([]);
});

test('an event that would be too old for another try is given up', async () => {
  const { invokedAt, sent } = await invoke([], { ...CONFIG, maxAgeMs: 60_000 });
  expect(invokedAt).toEqual([0, 1]);
  expect(sent).toMatchObject([
    [QUEUE_ARN, { requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 } }],
  ]);
});

test('a function without a configuration has Lambda’s defaults, and a line tells of what is given up', async () => {
  const { invokedAt, sent, lines } = await invoke([]);
  expect(invokedAt).toEqual([0, 1, 3]);
  expect(sent).toEqual([]);
  expect(lines).toEqual([
    '[Echo] an event failed, and comes back in 1 min: Error: no luck',
    '[Echo] an event failed, and comes back in 2 min: Error: no luck',
    '[Echo] an event failed, and is given up: Error: no luck',
  ]);
});

test('an invocation that the stop cuts off stays as it was', async () => {
  const stopped = AbortSignal.abort();
  const entry = { id: 'id', content: '{}', sinceMs: 0, dueMs: 0, tries: 2 };
  const target = { ...functionOf('').target, invoke: async () => FAILURE };
  const parts: InvokeWaitingParts = {
    clock: createManualClock(),
    print: () => expect.fail(),
    sendToQueue: () => expect.fail(),
  };
  expect(await invokeWaiting(entry, target, parts, stopped)).toBe('untouched');
});
