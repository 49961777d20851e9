import type { StreamRecord } from '../dynamodb/stream-record.ts';
import type { InvocationOutcome } from '../lambda/invocation-outcome.ts';
import { failedItems } from './failed-items.ts';

/** What a batch's outcome means for its records. */
export interface StreamVerdict {
  /** So many from the first on are done; the others come again. */
  readonly done: number;
  /** Why others come again, for people; nothing when there are none. */
  readonly failure?: string;
}

/**
 * What Lambda does with a batch of a stream: as order must be kept, it goes on from the lowest sequence number that failed. What counts
 * as failed where item failures are reported is said by {@link failedItems}.
 */
export function streamVerdict(
  records: readonly StreamRecord[],
  outcome: InvocationOutcome,
  reportsItemFailures: boolean,
): StreamVerdict {
  if (outcome.kind === 'function-error') {
    return { done: 0, failure: `${outcome.errorType}: ${outcome.errorMessage}` };
  }
  if (!reportsItemFailures) return { done: records.length };
  const ids = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
  const items = failedItems(outcome.output, ids);
  if (items.failure !== undefined) return { done: 0, failure: items.failure };
  const first = ids.findIndex((id) => items.failed.has(id));
  return first === -1 ? { done: records.length } : { done: first, failure: `the item ${ids[first]} failed` };
}
