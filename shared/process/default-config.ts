import {
  DEFAULT_RETENTION_MS,
  VISIBILITY_TIMEOUTS,
  WAIT_SLEEP_MS,
  WORKER_TIMEOUT_SECONDS,
} from '../task/limits.ts';
import { createMemoryQueue } from '../task/memory-queue.ts';
import { createMemoryStorage } from '../task/memory-storage.ts';
import type { TaskServiceConfig } from '../task/service.ts';
import { DEFAULT_TENANT } from '../task/tenant.ts';
import { stdoutLogger } from './json-logger.ts';
import { systemClock } from './system-clock.ts';
import { systemRandom } from './system-random.ts';

/**
 * A configuration with which a task service works in this process alone: storage and queue in memory, actions executed
 * here, log lines on standard output. Spread it to change a part: `{ ...defaultConfig(), logger }`.
 */
export function defaultConfig(): TaskServiceConfig {
  return {
    storage: createMemoryStorage(),
    queue: createMemoryQueue({
      clock: systemClock,
      visibilitySeconds: VISIBILITY_TIMEOUTS * WORKER_TIMEOUT_SECONDS,
    }),
    clock: systemClock,
    random: systemRandom,
    logger: stdoutLogger,
    actions: [],
    worksInProcess: true,
    tenant: DEFAULT_TENANT,
    waitSleepMs: WAIT_SLEEP_MS,
    retentionMs: DEFAULT_RETENTION_MS,
  };
}
