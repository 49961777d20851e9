import { isRecord } from '../assembly/record.ts';

/** What a function said of the items of its batch: which failed, or that its answer says nothing of the kind, and all did. */
export type FailedItems =
  | { readonly failed: ReadonlySet<unknown>; readonly failure?: undefined }
  | { readonly failure: string };

/**
 * Reads the answer of a function that reports item failures
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html): no answer, an empty one, and one whose list is
 * empty, `null` or absent mean that none failed; an identifier that is empty, no text, or of no item of the batch, and an answer of
 * another shape, that all did.
 */
export function failedItems(output: string, ids: readonly unknown[]): FailedItems {
  const answer = parse(output);
  if (answer === null || answer === '') return { failed: new Set() };
  if (!isRecord(answer)) return malformed(output);
  const failures = answer['batchItemFailures'] ?? [];
  if (!Array.isArray(failures)) return malformed(output);
  const failed: unknown[] = failures.map((failure) =>
    isRecord(failure) ? failure['itemIdentifier'] : undefined,
  );
  return failed.every((id) => ids.includes(id)) ? { failed: new Set(failed) } : malformed(output);
}

function malformed(output: string): FailedItems {
  return { failure: `it answered ${output.slice(0, 200)}, which is no list of this batch's items.` };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
