import * as v from 'valibot';
import { createTaskService, defaultConfig, defineAction } from '../../shared/index.ts';
import type { TaskService, TaskServiceConfig } from '../../shared/index.ts';
import { createMemoryLogger } from './memory-logger.ts';

/** A schema that takes everything. */
export const anything = v.unknown();

/** An action that returns its input. */
export const echo = defineAction({ name: 'echo', input: anything, run: (input) => ({ echoed: input }) });

/** A service of its own in this process, quick to look and silent. */
export function service(config: Partial<TaskServiceConfig> = {}): TaskService {
  return createTaskService({ ...defaultConfig(), logger: createMemoryLogger(), waitSleepMs: 1, ...config });
}

/** An action that waits until the test lets it go on. */
export function gatedAction() {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const action = defineAction({
    name: 'gated',
    input: anything,
    async run(input) {
      begin();
      await opened;
      return input;
    },
  });
  return { action, begun, open };
}
