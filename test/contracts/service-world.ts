import * as v from 'valibot';
import { createTaskService, defineAction, PermanentError } from '../../shared/index.ts';
import { createMemoryQueue } from '../../shared/task/memory-queue.ts';
import type { TaskStorage } from '../../shared/task/storage.ts';
import { aroundStorage } from '../fakes/around-storage.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createMemoryLogger } from '../fakes/memory-logger.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { FRACTION, plans, RETENTION_MS, START, TIMEOUT_MS } from './service-model.ts';

/** A completion token, and the attempt that got it. */
export interface Token {
  readonly id: string;
  readonly attempt: number;
  readonly startedAt: number;
  readonly text: string;
}

/** A service that works in this process, over any storage, whose time moves on only when everything else has come to rest. */
export function createServiceWorld(opened: TaskStorage) {
  const { storage, settle } = watchStorage(opened);
  const clock = createManualClock(START, settle);
  /** Opens the gate that the newest attempt of a task waits at. */
  const gates = new Map<string, () => void>();
  const tokens: Token[] = [];
  const action = defineAction({
    name: 'work',
    input: v.object({ plan: v.picklist(plans) }),
    timeoutMs: TIMEOUT_MS,
    run({ plan }, { taskId: id, attempt, completionToken, waitForCompletion }) {
      tokens.push({ id, attempt, startedAt: clock.now(), text: completionToken });
      if (plan === 'park') return waitForCompletion();
      if (plan === 'fail for good') throw new PermanentError('never');
      if (plan === 'fail' || (plan === 'fail once' && attempt === 1)) throw new Error('not now');
      if (plan !== 'wait') return { plan };
      return new Promise((resolve) => {
        gates.set(id, () => resolve({ plan }));
      });
    },
  });
  const service = createTaskService({
    storage,
    queue: createMemoryQueue({ clock, visibilitySeconds: 1800 }),
    clock,
    random: { ...createSeededRandom(), fraction: () => FRACTION },
    logger: createMemoryLogger(),
    actions: [action],
    worksInProcess: true,
    tenant: 'default',
    waitSleepMs: 1025,
    retentionMs: RETENTION_MS,
  });
  return { service, action, clock, gates, tokens, settle };
}

export type ServiceWorld = ReturnType<typeof createServiceWorld>;

/** A storage of which it can be awaited that nobody waits for it, or for what follows from its answers. */
function watchStorage(storage: TaskStorage) {
  const pending = new Set<Promise<unknown>>();
  const watched = aroundStorage(storage, (call) => {
    const answer = call().finally(() => pending.delete(answer));
    pending.add(answer);
    return answer;
  });
  return {
    storage: watched,
    settle: async (): Promise<void> => {
      for (let rests = 0; rests < 2; rests += 1) {
        if (pending.size > 0) rests = -1;
        await Promise.allSettled(pending);
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
    },
  };
}
