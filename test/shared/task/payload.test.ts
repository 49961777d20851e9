import { describe, expect, test } from 'vitest';
import { UnavailableError } from '../../../shared/task/errors.ts';
import { createMemoryStorage } from '../../../shared/task/memory-storage.ts';
import { loadPayloads } from '../../../shared/task/payload.ts';
import type { TaskStorage } from '../../../shared/task/storage.ts';
import { CREATED_AT, newRow } from '../../contracts/rows.ts';

/** A storage with two payload rows, of which a reading misses the first `missing` times, and how often it was read. */
async function storageMissing(missing: number) {
  const memory = createMemoryStorage();
  const row = newRow({ input: { ref: 'input/a' }, output: { ref: 'output/b' } });
  await memory.putPayload(row, 'input/a', '1', CREATED_AT + 1);
  await memory.putPayload(row, 'output/b', '2', CREATED_AT + 1);
  const reads: (readonly string[])[] = [];
  const storage: TaskStorage = {
    ...memory,
    async getPayloads(key, refs) {
      reads.push(refs);
      const texts = new Map(await memory.getPayloads(key, refs));
      if (reads.length <= missing) texts.delete('output/b');
      return texts;
    },
  };
  return { row, storage, reads };
}

describe('loading the payloads of a row', () => {
  test('reads nothing when both are in it', async () => {
    const { storage, reads } = await storageMissing(0);
    const row = newRow({ input: { json: '1' }, output: { json: '2' } });
    expect(await loadPayloads(storage, row)).toEqual({ input: '1', output: '2' });
    expect(reads).toEqual([]);
  });

  test('reads all that it names at once', async () => {
    const { row, storage, reads } = await storageMissing(0);
    expect(await loadPayloads(storage, row)).toEqual({ input: '1', output: '2' });
    expect(reads).toEqual([['input/a', 'output/b']]);
  });

  test('reads once again when a named row is missing', async () => {
    const { row, storage, reads } = await storageMissing(1);
    expect(await loadPayloads(storage, row)).toEqual({ input: '1', output: '2' });
    expect(reads).toHaveLength(2);
  });

  test('says that the storage is unavailable when a named row stays away', async () => {
    const { row, storage, reads } = await storageMissing(2);
    await expect(loadPayloads(storage, row)).rejects.toThrow(UnavailableError);
    expect(reads).toHaveLength(2);
  });
});
