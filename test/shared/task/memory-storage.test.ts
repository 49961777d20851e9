import { describe, expect, test } from 'vitest';
import { createMemoryStorage } from '../../../shared/task/memory-storage.ts';
import { mark } from '../../../shared/task/operations.ts';
import { CREATED_AT, newRow } from '../../contracts/rows.ts';
import { describeRandomUseOfStorage } from '../../contracts/random-use-of-storage.ts';
import { describeTaskIndexes } from '../../contracts/task-indexes.ts';
import { describeAttemptOperations } from '../../contracts/attempt-operations.ts';
import { describeTaskOperations } from '../../contracts/task-operations.ts';
import { describeTaskStorage } from '../../contracts/task-storage.ts';

describe('the storage in memory', () => {
  describeTaskStorage(async () => createMemoryStorage());
  describeTaskOperations(async () => createMemoryStorage());
  describeAttemptOperations(async () => createMemoryStorage());
  describeTaskIndexes(async () => createMemoryStorage());
  describeRandomUseOfStorage(async () => createMemoryStorage(), { inOrder: 2000, atOnce: 1000 });

  test('forgets expired tasks instead of growing without bound', async () => {
    const storage = createMemoryStorage();
    const first = newRow();
    await storage.create(first, CREATED_AT);
    const outcome = { finalStatus: 'succeeded', output: undefined } as const;
    await storage.update(first, mark(CREATED_AT, outcome, { now: CREATED_AT, retentionMs: 1000 }));
    for (let count = 0; count < 1000; count += 1) await storage.create(newRow(), CREATED_AT + 2000);
    // Asked at a time when it had not expired yet: it is not hidden but gone.
    expect(await storage.get(first, { now: CREATED_AT })).toBeUndefined();
  });
});
