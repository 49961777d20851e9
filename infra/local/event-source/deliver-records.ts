import type { StreamSourceDefinition } from '../assembly/read-stream-source.ts';
import type { StreamRecord } from '../dynamodb/stream-record.ts';
import type { InvocationOutcome } from '../lambda/invocation-outcome.ts';
import type { DiscardedRecords } from './discarded-records.ts';
import type { Clock } from '../clock.ts';
import { streamVerdict } from './stream-verdict.ts';

/** Where records go. */
export interface RecordTarget {
  /** Never rejects. */
  readonly invoke: (event: { readonly Records: readonly StreamRecord[] }) => Promise<InvocationOutcome>;
  /** Takes what is given up; it settles when that is kept somewhere, or the stop came before. */
  readonly discard: (discarded: DiscardedRecords) => Promise<void>;
  /** Told after each record, or several, that is done or given up, in order. */
  readonly passed: (record: StreamRecord) => void;
  readonly print: (line: string) => void;
}

/** A part of a batch, which is handed over by itself. */
interface Piece {
  readonly records: readonly StreamRecord[];
  readonly retries: number;
  readonly invocations: number;
  readonly outcome?: InvocationOutcome;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Hands a batch to the function until every record is done or given up, in order, as Lambda does: what failed comes again after a pause
 * that doubles from 1 s to 60 s, from the first record that failed on. Halving a batch uses up no retry, and a piece that is out of
 * retries is given up whole; one that is too old, record by record
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html). When the signal aborts, it leaves the rest as it is.
 */
export async function deliverRecords(
  records: readonly StreamRecord[],
  source: StreamSourceDefinition,
  target: RecordTarget,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const giveUp = async (piece: Piece, condition: DiscardedRecords['condition']): Promise<void> => {
    await target.discard({ outcome: undefined, ...piece, condition });
    if (!signal.aborted) passLast(piece.records);
  };
  const passLast = (done: readonly StreamRecord[]): void => {
    const last = done.at(-1);
    if (last !== undefined) target.passed(last);
  };
  const waiting: Piece[] = [{ records, retries: 0, invocations: 0 }];
  for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
    const [old, piece] = splitOld(next, clock.now() - source.maxAgeMs);
    if (old.records.length > 0) await giveUp(old, 'RecordAgeExceeded');
    if (piece.records.length === 0 || signal.aborted) continue;

    const outcome = await target.invoke({ Records: piece.records });
    const { done, failure } = streamVerdict(piece.records, outcome, source.reportsItemFailures);
    passLast(piece.records.slice(0, done));
    const failed = {
      ...piece,
      records: piece.records.slice(done),
      invocations: piece.invocations + 1,
      outcome,
    };
    if (failure === undefined || signal.aborted) continue;
    target.print(`${failed.records.length} records of a batch failed: ${failure}`);

    if (source.bisects && piece.records.length > 1) {
      waiting.unshift(...bisect(failed, done));
    } else if (piece.retries < source.maxRetries) {
      waiting.unshift({ ...failed, retries: piece.retries + 1 });
    } else {
      await giveUp(failed, 'RetryAttemptsExhausted');
      continue;
    }
    await clock.sleep(Math.min(FIRST_PAUSE_MS * 2 ** piece.retries, LONGEST_PAUSE_MS), signal);
  }
}

function splitOld(piece: Piece, oldestMs: number): [old: Piece, rest: Piece] {
  const isOld = ({ dynamodb }: StreamRecord): boolean =>
    dynamodb.ApproximateCreationDateTime * 1000 < oldestMs;
  const young = piece.records.findIndex((record) => !isOld(record));
  return cut(piece, young === -1 ? piece.records.length : young);
}

/** Where the function said how far it came, the cut is there already. */
function bisect(failed: Piece, done: number): Piece[] {
  return done > 0 ? [failed] : cut(failed, Math.ceil(failed.records.length / 2));
}

function cut(piece: Piece, at: number): [Piece, Piece] {
  const { records } = piece;
  return [
    { ...piece, records: records.slice(0, at) },
    { ...piece, records: records.slice(at) },
  ];
}
