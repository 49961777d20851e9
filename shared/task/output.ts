import type { StandardSchemaV1 } from '@standard-schema/spec';
import { jsonOf, renderPath } from './json.ts';
import { MAX_OUTPUT_BYTES } from './limits.ts';
import { newOutputRef, storePayload } from './payload.ts';
import type { Random } from './random.ts';
import type { TaskStorage } from './storage.ts';
import { AttemptError } from './task-error.ts';
import type { Payload, TaskRow } from './task-row.ts';
import { statusSucceeded } from './task.ts';
import { bytesOf } from './utf8.ts';
import { validate } from './validate.ts';

/**
 * The JSON text of an output, '' for none.
 * @throws AttemptError when it is not JSON, or too large.
 */
export function outputJson(output: unknown): string {
  const json = jsonOf(output);
  if ('issue' in json) {
    const where = renderPath('output', json.issue.path);
    throw new AttemptError('output-rejected', `The output is not JSON: ${where} ${json.issue.message}.`, {
      retryable: false,
    });
  }
  const bytes = bytesOf(json.text);
  if (bytes > MAX_OUTPUT_BYTES) {
    const message = `The output is ${bytes} bytes of JSON, and at most ${MAX_OUTPUT_BYTES} are stored; store it elsewhere and return its address.`;
    throw new AttemptError('output-too-large', message, { retryable: false });
  }
  return json.text;
}

/**
 * Checks an output against the schema of its action.
 * @throws AttemptError when the schema refuses it.
 */
export async function checkOutput(schema: StandardSchemaV1, output: unknown): Promise<void> {
  const checked = await validate(schema, output);
  if (!('issues' in checked)) return;
  const rules = checked.issues
    .map(({ path, message }) => `${renderPath('output', path)}: ${message}`)
    .join('; ');
  throw new AttemptError('output-rejected', `The output is not what the action promises. ${rules}`, {
    retryable: false,
  });
}

/** Puts an output, as JSON text, where the row that is about to end can name it; undefined for none. */
export async function storeOutput(
  dependencies: { readonly storage: TaskStorage; readonly random: Random; readonly retentionMs: number },
  row: TaskRow,
  json: string,
): Promise<Payload | undefined> {
  if (json === '') return undefined;
  const { storage, random, retentionMs } = dependencies;
  // Sized as the row will be at its end, with the members that an end adds.
  const ended = {
    ...row,
    finalStatus: statusSucceeded,
    stoppedAt: row.deadlineAt,
    expiresAt: row.deadlineAt,
  } as const;
  return storePayload(storage, ended, json, { ref: newOutputRef(random), reserve: 0, retentionMs });
}
