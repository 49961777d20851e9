import { UnavailableError } from './errors.ts';
import { contentHash } from './identity.ts';
import { MAX_INLINE_ROW_BYTES, PAYLOAD_EXTRA_RETENTION_MS } from './limits.ts';
import type { Random } from './random.ts';
import type { TaskStorage } from './storage.ts';
import type { Payload, TaskRow } from './task-row.ts';
import { bytesOf } from './utf8.ts';

/** Bytes of an output row's random name. */
const OUTPUT_NAME_BYTES = 12;

/** The ref of the payload row that holds an input, by its content: whoever writes it again, refused or not, changes nothing. */
export function inputRef(json: string): string {
  return `input/${contentHash(json)}`;
}

/** A ref for an output. It is random, not the attempt's number: two completions of one attempt must not overwrite each other. */
export function newOutputRef(random: Random): string {
  return `output/${random.hex(OUTPUT_NAME_BYTES)}`;
}

/**
 * Puts `json` where it belongs for a row that, without it, is `row`: inline while the whole stays within the bytes of
 * one write unit less `reserve`, else into a payload row, which is written before this returns.
 */
export async function storePayload(
  storage: TaskStorage,
  row: TaskRow,
  json: string,
  where: { readonly ref: string; readonly reserve: number; readonly retentionMs: number },
): Promise<Payload> {
  if (storage.sizeOf(row) + bytesOf(json) + where.reserve <= MAX_INLINE_ROW_BYTES) return { json };
  const expiresAt = row.deadlineAt + where.retentionMs + PAYLOAD_EXTRA_RETENTION_MS;
  await storage.putPayload(row, where.ref, json, expiresAt);
  return { ref: where.ref };
}

/** The JSON texts of a row's input and output, wherever they are. */
export interface LoadedPayloads {
  readonly input: string;
  readonly output: string | undefined;
}

/**
 * Reads what the row only names. One request at most, none when both are inline.
 * @throws UnavailableError when a named row is missing even when read again: the task row names nothing that was not written.
 */
export async function loadPayloads(storage: TaskStorage, row: TaskRow): Promise<LoadedPayloads> {
  const refs = [row.input, row.output].flatMap((payload) =>
    payload !== undefined && 'ref' in payload ? [payload.ref] : [],
  );
  let texts = refs.length === 0 ? new Map<string, string>() : await storage.getPayloads(row, refs);
  if (texts.size < refs.length) texts = await storage.getPayloads(row, refs);
  return {
    input: textOf(row.input, texts),
    output: row.output && textOf(row.output, texts),
  };
}

function textOf(payload: Payload, texts: ReadonlyMap<string, string>): string {
  if ('json' in payload) return payload.json;
  const text = texts.get(payload.ref);
  if (text === undefined)
    throw new UnavailableError('storage', { cause: new Error(`the row ${payload.ref} is missing`) });
  return text;
}
