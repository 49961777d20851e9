import { describe } from 'vitest';
import { createMemoryStorage } from '../../../shared/task/memory-storage.ts';
import { describeRandomUseOfService } from '../../contracts/random-use-of-service.ts';

describe('a task service over the storage in memory', () => {
  describeRandomUseOfService(async () => createMemoryStorage(), { inOrder: 300, atOnce: 300 });
});
