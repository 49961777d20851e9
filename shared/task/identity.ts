import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { TaskKey } from './task.ts';

/** The shape of a task's id: 128 bits in hexadecimal digits. */
const TASK_ID = /^[0-9a-f]{32}$/;
/** Bytes of a random id, and of the hash that stands for one. */
export const TASK_ID_BYTES = 16;
/** Bytes of the random value that tells a create its own row. */
export const NONCE_BYTES = 8;

/** Whether `value` is a text with the shape of a task's id. */
export function isTaskId(value: unknown): value is string {
  return typeof value === 'string' && TASK_ID.test(value);
}

/** SHA-256 of a list of texts. */
function hash(...parts: readonly string[]): Buffer {
  // As a JSON array, no two lists of parts give the same text.
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

/** The id of the task that a tenant's idempotency key stands for. */
export function taskIdOfKey(tenant: string, idempotencyKey: string): string {
  return hash('key', tenant, idempotencyKey).subarray(0, TASK_ID_BYTES).toString('hex');
}

/** The id of the task that retries an ended one: of one task always the same, and another when its key is used again. */
export function retryIdOf({ tenant, id, createdAt }: TaskKey & { readonly createdAt: number }): string {
  return hash('retry', tenant, id, String(createdAt)).subarray(0, TASK_ID_BYTES).toString('hex');
}

/** What makes two create requests the same: a hash of the action, the input and the times, whatever the order of members. */
export function fingerprintOf(request: {
  readonly action: string;
  readonly input: unknown;
  readonly startAt?: number | undefined;
  readonly deadlineAt?: number | undefined;
}): string {
  const { action, input, startAt = null, deadlineAt = null } = request;
  return hash('request', canonicalJson({ action, input, startAt, deadlineAt })).toString('base64url');
}

/** A hash that stands for a text. */
export function contentHash(text: string): string {
  return hash('content', text).toString('base64url');
}

/** The claimId of a claim's secret. Only the hash is ever stored. */
export function claimIdOf(secret: string): string {
  return hash('claim', secret).toString('base64url');
}

/** The id of the event that tells of a task's end: of one end always the same, and another when the task's key is used again. */
export function eventIdOf({ tenant, id, createdAt }: TaskKey & { readonly createdAt: number }): string {
  return hash('ended', tenant, id, String(createdAt)).subarray(0, TASK_ID_BYTES).toString('hex');
}

/** The index shard of a task, from 0 up to `shards`. */
export function shardOf(id: string, shards: number): number {
  return hash('shard', id).readUInt32BE() % shards;
}
