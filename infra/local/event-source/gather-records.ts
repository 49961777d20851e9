import type { StreamSourceDefinition } from '../assembly/read-stream-source.ts';
import type { StreamRecord } from '../dynamodb/stream-record.ts';
import type { TableStream } from '../dynamodb/table-stream.ts';
import type { Clock } from '../clock.ts';

/** What is handed over together. */
export interface RecordBatch {
  /** Empty when the filter let none through. */
  readonly records: readonly StreamRecord[];
  /** The last record that was looked at, whether it is in the batch or the filter kept it out. */
  readonly through: string;
}

/** The most that Lambda takes as an event: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/**
 * Waits for records, and, from the first one that the filter lets through, up to the window for a full batch. Nothing when the signal
 * aborts before any came.
 */
export async function gatherRecords(
  source: StreamSourceDefinition,
  stream: TableStream,
  clock: Clock,
  signal: AbortSignal,
): Promise<RecordBatch | undefined> {
  let found = take(source, stream);
  for (; found === undefined; found = take(source, stream)) {
    if (signal.aborted) return undefined;
    await stream.grown(signal);
  }
  if (found.records.length === 0) return found;
  const end = clock.now() + source.windowMs;
  while (!found.isFull && !signal.aborted && clock.now() < end) {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    await Promise.race([stream.grown(either), clock.sleep(end - clock.now(), either)]);
    over.abort();
    found = take(source, stream) ?? found;
  }
  return found;
}

function take(
  { batchSize, matches }: StreamSourceDefinition,
  stream: TableStream,
): (RecordBatch & { readonly isFull: boolean }) | undefined {
  const records: StreamRecord[] = [];
  let through: string | undefined;
  let bytes = 0;
  let isFull = false;
  for (const record of stream.records()) {
    if (matches(record)) {
      bytes += Buffer.byteLength(JSON.stringify(record)) + 1;
      isFull = bytes > MAX_EVENT_BYTES && records.length > 0;
      if (isFull) break;
      records.push(record);
      isFull = records.length >= batchSize;
    }
    through = record.dynamodb.SequenceNumber;
    if (isFull) break;
  }
  return through === undefined ? undefined : { records, through, isFull };
}
