import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { StreamSourceDefinition } from '../assembly/read-stream-source.ts';
import type { TableStream } from '../dynamodb/table-stream.ts';
import type { LocalFunction } from '../lambda/local-function.ts';
import { deliverRecords, type RecordTarget } from './deliver-records.ts';
import { discardedRecordsMessage, type DiscardedRecords } from './discarded-records.ts';
import { gatherRecords } from './gather-records.ts';
import type { BackgroundWork } from '../background-work.ts';
import { machineClock, type Clock } from '../clock.ts';

/** What a stream's reader works with. */
export interface StreamPollerParts {
  readonly stream: TableStream;
  readonly sqs: SQSClient;
  readonly queueUrlOf: (queueArn: string) => string;
  readonly target: Pick<RecordTarget, 'invoke'> & {
    readonly definition: Pick<LocalFunction['definition'], 'arn' | 'label'>;
  };
  readonly print: (line: string) => void;
  readonly clock?: Clock;
}

/** After something that should not fail did. */
const RETRY_PAUSE_MS = 1000;

/**
 * Hands a stream's records to a function, as Lambda's event source mapping does: one batch after the other, each in the stream's order.
 * A batch that the stop cut off comes again at the next start.
 */
export function pollStream(source: StreamSourceDefinition, parts: StreamPollerParts): BackgroundWork {
  const { stream, sqs, target, clock = machineClock } = parts;
  const { arn, label } = target.definition;
  const print = (line: string): void => parts.print(`[${label}] ${line}`);
  const stopping = new AbortController();
  const { signal } = stopping;

  /** Tries until it has come about, or the stop. */
  const insist = async (step: () => Promise<unknown> | void): Promise<void> => {
    while (!signal.aborted) {
      try {
        await step();
        return;
      } catch (error) {
        print(`its stream stands still, trying again: ${String(error)}`);
        await clock.sleep(RETRY_PAUSE_MS, signal);
      }
    }
  };

  const discard = async (discarded: DiscardedRecords): Promise<void> => {
    const { failureQueueArn } = source;
    print(`${discarded.records.length} records are discarded: ${discarded.condition}`);
    if (failureQueueArn === undefined) return;
    const QueueUrl = parts.queueUrlOf(failureQueueArn);
    const MessageBody = discardedRecordsMessage(discarded, arn, clock.now());
    await insist(() => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody })));
  };

  const recordTarget: RecordTarget = {
    invoke: (event) => target.invoke(event),
    discard,
    passed: ({ dynamodb }) => stream.pass(dynamodb.SequenceNumber),
    print,
  };
  const handOver = async (): Promise<void> => {
    const batch = await gatherRecords(source, stream, clock, signal);
    if (batch === undefined) return;
    await deliverRecords(batch.records, source, recordTarget, clock, signal);
    if (!signal.aborted) stream.pass(batch.through);
  };

  const poll = async (): Promise<void> => {
    await insist(() => stream.startFrom(source.startingPosition));
    while (!signal.aborted) await insist(handOver);
  };
  const polling = poll();

  return { stop: () => stopping.abort(), settled: () => polling };
}
