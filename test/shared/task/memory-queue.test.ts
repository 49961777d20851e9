import { describe } from 'vitest';
import { systemClock } from '../../../shared/process/system-clock.ts';
import { createMemoryQueue } from '../../../shared/task/memory-queue.ts';
import { describeTaskQueue } from '../../contracts/task-queue.ts';

describe('the queue in memory', () => {
  describeTaskQueue(async () => createMemoryQueue({ clock: systemClock, visibilitySeconds: 60 }));
});
