import type { Mutant } from './mutate.ts';

/** The ways to get the protocol wrong that were known when it was designed, and the one that its design had itself. */
export const refusedRoads: readonly Mutant[] = [
  {
    name: 'finish without fence',
    file: 'shared/task/operations.ts',
    search: 'return end([notFinal, claimedBy(claimId)], outcome, times);',
    replace: 'return end([notFinal], outcome, times);',
  },
  {
    name: 'claim that ignores a live lease',
    file: 'shared/task/operations.ts',
    search: "notParked,\n      noLiveLease(now),\n      hasPassed('startAt', now),",
    replace: "notParked,\n      hasPassed('startAt', now),",
  },
  {
    name: 'dead letters failing blindly',
    file: 'shared/task/dead-letter.ts',
    search: `  if (hasLiveLease(row, now)) return afterLostWrite(row, now);
  if (dueAt(row) > now) return keepUntil(dueAt(row), now);
  // One that workers begin is bounded by its attempts: with long pauses between them it is sent that often, and its messages are received too often.
  const isStuck = row.attempt === 0 && row.dispatches >= MAX_DISPATCHES;
  const outcome = overdueOutcome(row, now) ?? (isStuck ? undeliverable(row) : undefined);`,
    replace: '  const outcome = undeliverable(row);',
  },
  {
    name: 'ack while a lease is live elsewhere',
    file: 'shared/task/refused-claim.ts',
    search: 'if (hasLiveLease(row, now)) return afterLostWrite(row, now);',
    replace: 'if (hasLiveLease(row, now)) return deleteMessage;',
  },
  {
    name: 'stale worker acks',
    file: 'shared/task/work.ts',
    search: 'if (row === undefined || hasFinalStatus(row)) return deleteMessage;',
    replace: 'return deleteMessage;',
  },
  {
    name: 'no reconciler',
    file: 'functions/reconciler/reconciler.ts',
    search: '    if (isSchedule(event)) {',
    replace: '    if (isSchedule(event)) return undefined;\n    if (isSchedule(event)) {',
  },
  {
    name: 'send before the row exists with no retry',
    file: 'shared/task/create-task.ts',
    search: `  const result = await store(storage, row, clock.now());
  if (!result.applied && result.row?.nonce !== row.nonce) {
    if (result.row?.fingerprint !== fingerprint) throw new IdempotencyKeyReusedError();
    return repeat(dependencies, request, result.row);
  }
  request.onAccepted?.();
  const delaySeconds = sendDelaySeconds(row.startAt, clock.now());`,
    replace: `  await queue.send(request.key).catch(() => undefined);
  const result = await store(storage, row, clock.now());
  if (!result.applied && result.row?.nonce !== row.nonce) {
    if (result.row?.fingerprint !== fingerprint) throw new IdempotencyKeyReusedError();
    return repeat(dependencies, request, result.row);
  }
  request.onAccepted?.();
  const delaySeconds = undefined;`,
  },
  {
    name: 'attempt not raised on claim',
    file: 'shared/task/operations.ts',
    search: "    remove: ['retryAt', 'progress'],\n    increment: 'attempt',\n",
    replace: "    remove: ['retryAt', 'progress'],\n",
  },
  {
    name: 'deadline never enforced',
    file: 'shared/task/look-at-task.ts',
    search: '  if (row.deadlineAt <= now) return { outcome: missedDeadline(row) };\n',
    replace: '',
  },
  {
    name: 'heartbeat after final',
    file: 'shared/task/operations.ts',
    search: 'conditions: [notFinal, notParked, claimedBy(claimId), leaseEndsAt([...from, until])],',
    replace: 'conditions: [claimedBy(claimId)],',
  },
  {
    name: 'cancel that overwrites a final status',
    file: 'shared/task/operations.ts',
    search: 'return end([notFinal, unheld], { finalStatus: statusCancelled }, times);',
    replace: 'return end([unheld], { finalStatus: statusCancelled }, times);',
  },
  {
    name: 'output row keyed by attempt',
    file: 'shared/task/output.ts',
    search: '{ ref: newOutputRef(random), reserve: 0, retentionMs }',
    replace: '{ ref: `output/${row.attempt}`, reserve: 0, retentionMs }',
  },
  {
    name: 'no release after a throw',
    file: 'shared/task/end-attempt.ts',
    search:
      'const written = await persist(dependencies, ended, () => storage.update(row, change));\n    if (written.applied) logger.warn(',
    replace: 'const written: WriteResult = { applied: true, row };\n    if (written.applied) logger.warn(',
  },
  {
    name: 'dead letter failed at attempt 0',
    file: 'shared/task/dead-letter.ts',
    search: 'const isStuck = row.attempt === 0 && row.dispatches >= MAX_DISPATCHES;',
    replace: 'const isStuck = row.attempt === 0;',
  },
  {
    name: 'a parked task claimed again',
    file: 'shared/task/operations.ts',
    search: 'notFinal,\n      notParked,\n      noLiveLease(now),',
    replace: 'notFinal,\n      noLiveLease(now),',
  },
  {
    name: 'an update that holds for a missing row',
    file: 'shared/task/memory-storage.ts',
    search: `      const row = rows.get(nameOf(key));
      const applies = row`,
    replace: `      const row = rows.get(nameOf(key)) ?? { ...key, attempt: 0, dispatches: 0, version: 0, input: { json: '' } };
      const applies = row`,
  },
  {
    name: 'fence by attempt number',
    file: 'shared/task/end-attempt.ts',
    search: 'return storage.update(row, finish(claimId, outcome, { now: clock.now(), retentionMs }));',
    replace: `const change = finish(claimId, outcome, { now: clock.now(), retentionMs });
  const fence = { is: 'equal', field: 'attempt', value: row.attempt };
  return storage.update(row, { ...change, conditions: [{ is: 'absent', field: 'finalStatus' }, fence] });`,
  },
  {
    name: 'heartbeat without fence',
    file: 'shared/task/operations.ts',
    // The ends that its holder knows are a fence as well.
    search: 'claimedBy(claimId), leaseEndsAt([...from, until])],',
    replace: "{ is: 'present', field: 'leaseUntil' }],",
  },
  {
    name: 'attempts tested after the claim',
    file: 'shared/task/operations.ts',
    search: '      attemptsLeft,\n      beforeDeadline(now),\n    ],',
    replace: '      beforeDeadline(now),\n    ],',
  },
  {
    name: 'failing past the deadline under a live lease',
    file: 'shared/task/reconcile.ts',
    search: `    const decision = lookAtTask(row, now, backlog);
    if ('outcome' in decision) {
      const seen = { lookAt: row.lookAt, attempt: row.attempt };
      const change = endLooked(seen, decision.outcome, { now, retentionMs });`,
    replace: `    const isPast = row.deadlineAt <= now;
    const decision = lookAtTask(isPast ? { ...row, leaseUntil: 0 } : row, now, backlog);
    if ('outcome' in decision) {
      const seen = { lookAt: row.lookAt, attempt: row.attempt };
      const bold = endLooked(seen, decision.outcome, { now, retentionMs });
      const change = isPast ? { ...bold, conditions: bold.conditions.filter(({ is }) => is !== 'any') } : bold;`,
  },
  {
    name: 'a task denied whose put is on its way',
    file: 'shared/task/create-task.ts',
    search:
      "    if (present !== undefined) return { applied: false, row: present };\n    throw new UnavailableError('storage', { cause });",
    replace:
      "    if (present !== undefined) return { applied: false, row: present };\n    throw new UnavailableError('storage', { cause, taskCreated: false });",
  },
  {
    name: 'park that forgets a cancel',
    file: 'shared/task/operations.ts',
    search: `claimedBy(claimId), notCancelled],
    set: { parked: true`,
    replace: `claimedBy(claimId)],
    set: { parked: true`,
  },
  {
    name: 'expiry of an open task',
    file: 'shared/task/task-row.ts',
    search: 'return hasFinalStatus(row) && row.expiresAt !== undefined && row.expiresAt <= now;',
    replace: 'return (row.expiresAt ?? row.deadlineAt) <= now;',
  },
];
