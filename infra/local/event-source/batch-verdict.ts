import type { Message } from '@aws-sdk/client-sqs';
import type { InvocationOutcome } from '../lambda/invocation-outcome.ts';
import { failedItems } from './failed-items.ts';

/** What a batch's outcome means for its messages. */
export interface BatchVerdict {
  /** They are deleted; the others come back when their visibility timeout ends. */
  readonly succeeded: readonly Message[];
  /** Why the whole batch counts as failed, for people; nothing otherwise. */
  readonly failure?: string;
}

/** What Lambda does with a batch: {@link failedItems} says what counts as failed where item failures are reported. */
export function batchVerdict(
  messages: readonly Message[],
  outcome: InvocationOutcome,
  reportsItemFailures: boolean,
): BatchVerdict {
  if (outcome.kind === 'function-error') {
    return { succeeded: [], failure: `${outcome.errorType}: ${outcome.errorMessage}` };
  }
  if (!reportsItemFailures) return { succeeded: messages };
  const ids = messages.map(({ MessageId }) => MessageId);
  const items = failedItems(outcome.output, ids);
  if (items.failure !== undefined) return { succeeded: [], failure: items.failure };
  return { succeeded: messages.filter(({ MessageId }) => !items.failed.has(MessageId)) };
}
