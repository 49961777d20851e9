import { UnreadableRowError } from '../task/errors.ts';
import type { TaskError } from '../task/task-error.ts';
import type { Payload, TaskRow } from '../task/task-row.ts';
import {
  statusCancelled,
  statusFailed,
  statusStarted,
  statusStopped,
  statusSucceeded,
} from '../task/task.ts';
import type { ActiveStatus, FinalStatus, TaskProgress } from '../task/task.ts';
import { attributes, keyOfPartition, payloadAttributes } from './row-attributes.ts';
import type { Item, PlainField } from './row-attributes.ts';

/**
 * The task row in an item. Attributes that it does not know are another version's, and no matter. Rows live for up to 13 months, so an
 * attribute that is added to the format is an optional one.
 * @throws UnreadableRowError when the item is not a task row; it names the member, never its value.
 */
export function readRow(item: Item): TaskRow {
  const text = (field: PlainField) => required(item, field, asText);
  const count = (field: PlainField) => required(item, field, asNumber);
  return {
    ...keyOfPartition(asText(item['pk']) ?? ''),
    action: text('action'),
    activeStatus: required(item, 'activeStatus', asActiveStatus),
    version: count('version'),
    nonce: text('nonce'),
    fingerprint: text('fingerprint'),
    createdAt: count('createdAt'),
    deadlineAt: count('deadlineAt'),
    dispatches: count('dispatches'),
    attempt: count('attempt'),
    maxAttempts: count('maxAttempts'),
    input: asPayload(item, 'input') ?? missing('input'),
    ...optional(item, 'finalStatus', asFinalStatus),
    ...optional(item, 'startAt', asNumber),
    ...optional(item, 'retryAt', asNumber),
    ...optional(item, 'lookAt', asNumber),
    ...optional(item, 'claimId', asText),
    ...optional(item, 'leaseUntil', asNumber),
    ...optional(item, 'attemptStartedAt', asNumber),
    ...optional(item, 'parked', asTrue),
    ...optional(item, 'cancelRequested', asTrue),
    ...optional(item, 'progress', asProgress),
    ...optional(item, 'error', asError),
    ...optional(item, 'outcomeHash', asText),
    ...optional(item, 'stoppedAt', asNumber),
    ...optional(item, 'expiresAt', asMilliseconds),
    ...optional(item, 'retryOf', asText),
    ...optional(item, 'traceparent', asText),
    ...outputOf(item),
  };
}

type Reader<Value> = (value: unknown) => Value | undefined;

function required<Value>(item: Item, field: PlainField, read: Reader<Value>): Value {
  return read(item[attributes[field]]) ?? missing(field);
}

function optional<Field extends PlainField, Value>(
  item: Item,
  field: Field,
  read: Reader<Value>,
): { readonly [F in Field]?: Value };
function optional(item: Item, field: PlainField, read: Reader<unknown>): object {
  const value = item[attributes[field]];
  return value === undefined ? {} : { [field]: read(value) ?? missing(field) };
}

function missing(field: string): never {
  throw new UnreadableRowError(field);
}

function outputOf(item: Item): { readonly output?: Payload } {
  const output = asPayload(item, 'output');
  return output === undefined ? {} : { output };
}

function asPayload(item: Item, field: 'input' | 'output'): Payload | undefined {
  const json = asText(item[payloadAttributes[field].json]);
  const ref = asText(item[payloadAttributes[field].ref]);
  if (json !== undefined) return { json };
  return ref === undefined ? undefined : { ref };
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function asMilliseconds(value: unknown): number | undefined {
  return typeof value === 'number' ? value * 1000 : undefined;
}

function asTrue(value: unknown): true | undefined {
  return value === true ? value : undefined;
}

function asActiveStatus(value: unknown): ActiveStatus | undefined {
  return value === statusStarted || value === statusStopped ? value : undefined;
}

function asFinalStatus(value: unknown): FinalStatus | undefined {
  return value === statusSucceeded || value === statusFailed || value === statusCancelled ? value : undefined;
}

function asProgress(value: unknown): TaskProgress | undefined {
  if (typeof value !== 'object' || value === null || !('percent' in value)) return undefined;
  const percent = asNumber(value.percent);
  const message = 'message' in value ? asText(value.message) : undefined;
  return percent === undefined ? undefined : { percent, ...(message !== undefined && { message }) };
}

function asError(value: unknown): TaskError | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, message, code, retryable, attempt }: { [Member in keyof TaskError]?: unknown } = value;
  const valid =
    typeof name === 'string' &&
    typeof message === 'string' &&
    typeof code === 'string' &&
    typeof retryable === 'boolean' &&
    typeof attempt === 'number';
  return valid ? { name, message, code, retryable, attempt } : undefined;
}
