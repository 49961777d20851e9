import type { Message } from '@aws-sdk/client-sqs';
import { isRecord } from '../assembly/record.ts';
import type { InvocationOutcome } from '../lambda/invocation-outcome.ts';

/** What a batch's outcome means for its messages. */
export interface BatchVerdict {
  /** They are deleted; the others come back when their visibility timeout ends. */
  readonly succeeded: readonly Message[];
  /** Why the whole batch counts as failed, for people; nothing otherwise. */
  readonly failure?: string;
}

/**
 * What Lambda does with a batch (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). With item failures
 * reported: no answer, an empty one, and one whose list is empty, `null` or absent mean that all succeeded; an identifier that is
 * empty, no text, or of no message in the batch, and an answer of another shape, mean that all failed.
 */
export function batchVerdict(
  messages: readonly Message[],
  outcome: InvocationOutcome,
  reportsItemFailures: boolean,
): BatchVerdict {
  if (outcome.kind === 'function-error') {
    return { succeeded: [], failure: `${outcome.errorType}: ${outcome.errorMessage}` };
  }
  if (!reportsItemFailures) return { succeeded: messages };
  const answer = parse(outcome.output);
  if (answer === null || answer === '') return { succeeded: messages };
  if (!isRecord(answer)) return malformed(outcome.output);
  const failures = answer['batchItemFailures'] ?? [];
  if (!Array.isArray(failures)) return malformed(outcome.output);
  const failedIds: unknown[] = failures.map((failure) =>
    isRecord(failure) ? failure['itemIdentifier'] : undefined,
  );
  const ids = new Set<unknown>(messages.map(({ MessageId }) => MessageId));
  if (failedIds.some((id) => !ids.has(id))) return malformed(outcome.output);
  return { succeeded: messages.filter(({ MessageId }) => !failedIds.includes(MessageId)) };
}

function malformed(output: string): BatchVerdict {
  return {
    succeeded: [],
    failure: `it answered ${output.slice(0, 200)}, which is no list of this batch's items.`,
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
