import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { onTestFinished } from 'vitest';
import type { StreamSourceDefinition } from '../../../../infra/local/assembly/read-stream-source.ts';
import type { StreamRecord } from '../../../../infra/local/dynamodb/stream-record.ts';
import type { TableStream } from '../../../../infra/local/dynamodb/table-stream.ts';
import type { BackgroundWork } from '../../../../infra/local/background-work.ts';
import { pollStream } from '../../../../infra/local/event-source/poll-stream.ts';
import type { Clock } from '../../../../infra/local/clock.ts';
import type { InvocationOutcome } from '../../../../infra/local/lambda/invocation-outcome.ts';
import { recordTexts } from '../dynamodb/record-texts.ts';
import { openStreamed, put } from '../dynamodb/streamed-table.ts';
import { createQueue, openQueues, receive } from '../sqs/local-queues.ts';

/** What a function is given, as the values of the items: `a1`. */
type Handler = (values: readonly string[], records: readonly StreamRecord[]) => Promise<InvocationOutcome>;

/** A streamed table, a queue for what is discarded, and a time that passes by pauses only. */
export interface StreamBench {
  readonly client: DynamoDBClient;
  readonly stream: TableStream;
  readonly clock: Clock & { readonly pauses: readonly number[]; advance(ms: number): void };
  readonly lines: readonly string[];
  /** What the function was given, invocation by invocation. */
  readonly deliveries: readonly string[][];
  /** Writes items, each `a1` with the key `a` and the value `a1`. */
  readonly write: (...values: string[]) => Promise<void>;
  readonly poll: (handler: Handler, settings?: Partial<StreamSourceDefinition>) => BackgroundWork;
  /** The next message about discarded records. */
  readonly discarded: () => Promise<unknown>;
}

export const SUCCESS: InvocationOutcome = { kind: 'answered', output: 'null', requestId: 'request' };
const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:discarded';
const START_MS = Date.UTC(2026, 0, 1);

/** A clock in which nobody waits, and every pause is noted. */
function createClock(): StreamBench['clock'] {
  const pauses: number[] = [];
  let nowMs = START_MS;
  return {
    pauses,
    now: () => nowMs,
    advance: (ms) => void (nowMs += ms),
    async sleep(ms) {
      pauses.push(ms);
      nowMs += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** A bench whose parts are closed when the test is over. */
export async function streamBench(): Promise<StreamBench> {
  const clock = createClock();
  const { client, stream } = await openStreamed({ now: () => clock.now() });
  const { sqs: server, client: sqs } = await openQueues();
  const queueUrl = await createQueue(sqs, {}, 'discarded');
  const lines: string[] = [];
  const deliveries: string[][] = [];
  const pollers: BackgroundWork[] = [];
  onTestFinished(async () => {
    for (const poller of pollers) poller.stop();
    await Promise.all(pollers.map((poller) => poller.settled()));
  });
  return {
    client,
    stream,
    clock,
    lines,
    deliveries,
    async write(...values) {
      for (const value of values) await put(client, value.slice(0, 1), value);
    },
    poll(handler, settings = {}) {
      const source: StreamSourceDefinition = {
        streamArn: stream.arn,
        functionName: 'Events',
        startingPosition: 'TRIM_HORIZON',
        batchSize: 100,
        windowMs: 0,
        matches: () => true,
        reportsItemFailures: true,
        bisects: false,
        maxRetries: Infinity,
        maxAgeMs: 24 * 60 * 60 * 1000,
        failureQueueArn: QUEUE_ARN,
        ...settings,
      };
      const target = {
        definition: { arn: 'arn:aws:lambda:us-east-1:000000000000:function:Events', label: 'Events' },
        async invoke({ Records }: { readonly Records: readonly StreamRecord[] }) {
          const values = Records.map(valueOf);
          deliveries.push(values);
          return handler(values, Records);
        },
      };
      const poller = pollStream(source, {
        stream,
        sqs,
        queueUrlOf: (arn) => server.queueUrl(arn.split(':').at(-1) ?? arn),
        target,
        clock,
        print: (line) => void lines.push(line),
      });
      pollers.push(poller);
      return poller;
    },
    async discarded() {
      const [message] = await receive(sqs, queueUrl, { WaitTimeSeconds: 5 });
      const content: unknown = JSON.parse(message?.Body ?? 'null');
      return content;
    },
  };
}

/** An answer that names the records of some values as failed. */
export function failuresOf(records: readonly StreamRecord[], ...values: string[]): InvocationOutcome {
  const failed = records.filter((record) => values.includes(valueOf(record)));
  const batchItemFailures = failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber }));
  return { kind: 'answered', output: JSON.stringify({ batchItemFailures }), requestId: 'request' };
}

function valueOf(record: StreamRecord): string {
  const [, , after] = recordTexts(record);
  return after;
}
