import { UnavailableError } from '../../shared/task/errors.ts';
import type { Change } from '../../shared/task/operations.ts';
import type { TaskStorage, WriteResult } from '../../shared/task/storage.ts';
import type { TaskKey } from '../../shared/task/task.ts';

type WriteKind = 'claim' | 'heartbeat' | 'release' | 'end' | 'other';

/** `storage`, in which `around` decides what becomes of each write of one kind. */
export function alterWrites(
  storage: TaskStorage,
  kind: WriteKind,
  around: (proceed: () => Promise<WriteResult>, key: TaskKey, change: Change) => Promise<WriteResult>,
): TaskStorage {
  return {
    ...storage,
    update(key, change) {
      const proceed = async () => storage.update(key, change);
      return kindOf(change) === kind ? around(proceed, key, change) : proceed();
    },
  };
}

function kindOf({ set }: Change): WriteKind {
  if (set.finalStatus !== undefined) return 'end';
  if (set.claimId !== undefined) return 'claim';
  if (set.retryAt !== undefined) return 'release';
  return set.leaseUntil === undefined ? 'other' : 'heartbeat';
}

/** What a storage without capacity answers. */
export async function throttled(): Promise<never> {
  throw new UnavailableError('storage', { cause: new Error('throttled') });
}
