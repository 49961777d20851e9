import { shardOf } from '../task/identity.ts';
import { INDEX_SHARDS } from '../task/limits.ts';
import type { Payload, RowField, TaskRow } from '../task/task-row.ts';
import type { FinalStatus, TaskKey } from '../task/task.ts';

/** An item of the table, as the document client reads and writes it. */
export type Item = Record<string, unknown>;

/** The sort key of the task row; payload rows have their `ref` there. */
export const TASK_SORT_KEY = 'task';

/** A member of the row that is one attribute of the item. */
export type PlainField = Exclude<RowField, keyof TaskKey | 'input' | 'output'>;

/** Attribute names count in what a write costs, so they are as short as people can still read. */
export const attributes: Readonly<Record<PlainField, string>> = {
  action: 'act',
  activeStatus: 'st',
  finalStatus: 'fin',
  version: 'ver',
  nonce: 'non',
  fingerprint: 'fpr',
  createdAt: 'cre',
  deadlineAt: 'dead',
  startAt: 'start',
  retryAt: 'retry',
  lookAt: 'lookAt',
  dispatches: 'disp',
  attempt: 'att',
  maxAttempts: 'max',
  claimId: 'claim',
  leaseUntil: 'lease',
  attemptStartedAt: 'begun',
  parked: 'park',
  cancelRequested: 'canc',
  progress: 'prog',
  error: 'err',
  outcomeHash: 'hash',
  stoppedAt: 'stoppedAt',
  expiresAt: 'expiresAt',
  retryOf: 'retryOf',
  traceparent: 'trace',
};

/** A payload is one of two attributes: its JSON text, or the sort key of its own row. */
export const payloadAttributes = {
  input: { json: 'in', ref: 'inRef' },
  output: { json: 'out', ref: 'outRef' },
} as const;

/** The partition key of a task's rows. An id has no slash, so the last one ends the tenant. */
export function partitionKey({ tenant, id }: TaskKey): string {
  return `${tenant}/${id}`;
}

/** The tenant and id in a partition key. */
export function keyOfPartition(partition: string): TaskKey {
  const slash = partition.lastIndexOf('/');
  return { tenant: partition.slice(0, slash), id: partition.slice(slash + 1) };
}

/** The partition of `byLook` that holds an open task. */
function lookShardOf(id: string): string {
  return String(shardOf(id, INDEX_SHARDS));
}

/** The partition of `byEnd` that holds a tenant's tasks of one final status and shard. */
export function endPartition(tenant: string, finalStatus: FinalStatus, shard: number): string {
  return `${tenant}/${finalStatus}/${shard}`;
}

/** The value of a plain member as its attribute has it: DynamoDB's TTL wants seconds. */
export function attributeValue(field: PlainField, value: unknown): unknown {
  return field === 'expiresAt' && typeof value === 'number' ? value / 1000 : value;
}

/** The attributes that a part of a row becomes, those of both indexes included. */
export function attributesOf(key: TaskKey, part: Partial<TaskRow>): Item {
  const item: Item = {};
  for (const [field, value] of Object.entries(part)) {
    if (isPlain(field)) item[attributes[field]] = attributeValue(field, value);
  }
  if (part.input !== undefined) Object.assign(item, payloadItem('input', part.input));
  if (part.output !== undefined) Object.assign(item, payloadItem('output', part.output));
  if (part.lookAt !== undefined) item['lookShard'] = lookShardOf(key.id);
  if (part.finalStatus !== undefined) {
    item['endShard'] = endPartition(key.tenant, part.finalStatus, shardOf(key.id, INDEX_SHARDS));
  }
  return item;
}

/** The names of the attributes that hold a member, to remove it. */
export function attributeNamesOf(field: RowField): readonly string[] {
  if (field === 'lookAt') return [attributes.lookAt, 'lookShard'];
  if (field === 'input' || field === 'output') return Object.values(payloadAttributes[field]);
  return isPlain(field) ? [attributes[field]] : [];
}

/** The whole item of a task row. */
export function itemOf(row: TaskRow): Item {
  return { pk: partitionKey(row), sk: TASK_SORT_KEY, ...attributesOf(row, row) };
}

function isPlain(field: string): field is PlainField {
  return field in attributes;
}

function payloadItem(field: 'input' | 'output', payload: Payload): Item {
  const names = payloadAttributes[field];
  return 'json' in payload ? { [names.json]: payload.json } : { [names.ref]: payload.ref };
}
