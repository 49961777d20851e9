import type { Mutant } from './mutate.ts';

/** Mistakes that a change could make, and that once went unnoticed. */
export const mistakes: readonly Mutant[] = [
  {
    name: 'a clock that counts and sends nothing',
    file: 'shared/task/reconcile.ts',
    search: 'await queue.send(row, { ...decision.send, traceparent: row.traceparent });',
    replace: '',
  },
  {
    name: 'a cancel that requests nothing',
    file: 'shared/task/cancel-task.ts',
    search: `const requested = await storage.update(key, requestCancel(now));
    if (requested.applied) return readTask(storage, requested.row);`,
    replace: 'return readTask(storage, row);',
  },
  {
    name: 'a renewal that does not tell of a cancel',
    file: 'shared/task/lease.ts',
    search: 'if (result.row.cancelRequested) cancel();',
    replace: '',
  },
  {
    name: 'a lease that is never renewed',
    file: 'shared/task/lease.ts',
    search: 'return clock.now() + (until - clock.now()) * RENEW_AFTER;',
    replace: 'return RENEW_AFTER + until * 1000;',
  },
  {
    name: 'a completion that is repeated with another outcome',
    file: 'shared/task/complete-task.ts',
    search: 'if (row.outcomeHash !== outcomeHash) throw',
    replace: 'if (row.finalStatus === undefined) throw',
  },
  {
    name: 'progress without fence',
    file: 'shared/task/operations.ts',
    search: 'return { conditions: [notFinal, claimedBy(claimId)], set: { progress }, remove: [] };',
    replace: 'return { conditions: [notFinal], set: { progress }, remove: [] };',
  },
  {
    name: 'a key that finds the task of another request',
    file: 'shared/task/create-task.ts',
    search: 'if (result.row?.fingerprint !== fingerprint) throw',
    replace: 'if (result.row === undefined) throw',
  },
  {
    name: 'input row not keyed by content',
    file: 'shared/task/payload.ts',
    search: 'return `input/${contentHash(json)}`;',
    replace: 'return contentHash(json) && "input";',
  },
  {
    name: 'payload row after the task row',
    file: 'shared/task/payload.ts',
    search: 'await storage.putPayload(row, where.ref, json, expiresAt);',
    replace: 'void storage.putPayload(row, where.ref, json, expiresAt).catch(() => undefined);',
  },
  {
    name: 'payload rows that expire first',
    file: 'shared/task/payload.ts',
    search: 'const expiresAt = row.deadlineAt + where.retentionMs + PAYLOAD_EXTRA_RETENTION_MS;',
    replace: 'const expiresAt = row.createdAt;',
  },
  {
    name: 'an ended task that the clock goes on to look at',
    file: 'shared/task/operations.ts',
    search: `['lookAt', 'leaseUntil', 'retryAt', 'parked', 'progress']`,
    replace: `['leaseUntil', 'retryAt', 'parked', 'progress']`,
  },
  {
    name: 'a late renewal that sets the lease back',
    file: 'shared/task/operations.ts',
    search: 'claimedBy(claimId), leaseEndsAt([...from, until])],',
    replace: "claimedBy(claimId), { is: 'present', field: 'leaseUntil' }],",
  },
  {
    name: 'an attempt without a timeout',
    file: 'shared/task/attempt-signal.ts',
    search: 'endsAt: clock.now() + limits.timeoutMs,',
    replace: 'endsAt: Number.POSITIVE_INFINITY,',
  },
  {
    name: 'a list of the open tasks of all tenants',
    file: 'shared/task/list-steps.ts',
    search: 'yield entry.tenant === tenant\n',
    replace: "yield entry.tenant !== ''\n",
  },
  {
    name: 'a list that shows an open task as it has ended since',
    file: 'shared/task/list-steps.ts',
    search: 'return row === undefined || hasFinalStatus(row) ? undefined : row;',
    replace: 'hasFinalStatus; return row;',
  },
  {
    name: 'a list that begins each page of ended tasks at the newest of a shard',
    file: 'shared/task/list-steps.ts',
    search: 'let after = source === reached && id !== undefined ? { id, stoppedAt: time } : undefined;',
    replace: 'let after: EndedPlace | undefined;',
  },
];
