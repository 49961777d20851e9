import type { Clock } from './clock.ts';
import { INDEX_SHARDS, OVERDUE_LOOK_MS } from './limits.ts';
import type { TaskStorage } from './storage.ts';

/** What is wrong, in a word: the storage does not answer, or nobody looks at the tasks whose time has come. */
export type Health = 'ok' | 'storage' | 'clock';

/** Whether tasks can be read, and are looked after. It never rejects. */
export async function checkHealth({
  storage,
  clock,
}: {
  readonly storage: TaskStorage;
  readonly clock: Clock;
}): Promise<Health> {
  const options = { until: clock.now() - OVERDUE_LOOK_MS, limit: 1 };
  const shards = Array.from({ length: INDEX_SHARDS }, (_, shard) => storage.listOpen(shard, options));
  try {
    const overdue = await Promise.all(shards);
    return overdue.every((entries) => entries.length === 0) ? 'ok' : 'clock';
  } catch {
    return 'storage';
  }
}
