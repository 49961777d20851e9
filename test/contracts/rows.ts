import { randomUUID } from 'node:crypto';
import { shardOf } from '../../shared/task/identity.ts';
import { INDEX_SHARDS } from '../../shared/task/limits.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';

/** The time at which the rows of these suites are created. */
export const CREATED_AT = Date.UTC(2026, 0, 1);

/** A new id of a task in this index shard. */
export function idInShard(shard: number): string {
  let id = newId();
  while (shardOf(id, INDEX_SHARDS) !== shard) id = newId();
  return id;
}

function newId(): string {
  return randomUUID().replaceAll('-', '');
}

/** A new row with an id of its own. */
export function newRow(members: Partial<TaskRow> = {}): TaskRow {
  return {
    tenant: 'default',
    id: newId(),
    action: 'sleep',
    activeStatus: 'started',
    version: 1,
    nonce: randomUUID().slice(0, 16),
    fingerprint: 'fingerprint',
    createdAt: CREATED_AT,
    deadlineAt: CREATED_AT + 86_400_000,
    lookAt: CREATED_AT + 120_000,
    dispatches: 0,
    attempt: 0,
    maxAttempts: 3,
    input: { json: '{"seconds":1}' },
    ...members,
  };
}

/** The row of a task that has succeeded, with an id of its own. */
export function endedRow(members: Partial<TaskRow> = {}): TaskRow {
  const { lookAt: _gone, ...row } = newRow();
  const end = {
    activeStatus: 'stopped',
    finalStatus: 'succeeded',
    stoppedAt: NOW,
    expiresAt: NOW + 60_000,
  } as const;
  return { ...row, ...end, attempt: 1, ...members };
}

/** A moment after the rows were created, at which these suites read and write. */
export const NOW = CREATED_AT + 10_000;
/** An end at that moment, of a task that stays readable for a minute. */
export const times = { now: NOW, retentionMs: 60_000 };
/** Why an attempt did not succeed. */
export const error = { name: 'Error', message: 'no', code: 'action-failed', retryable: true, attempt: 1 };
/** An end with an output. */
export const succeeded = { finalStatus: 'succeeded', output: { json: '42' } } as const;
/** An end with an error. */
export const failed = { finalStatus: 'failed', error } as const;
