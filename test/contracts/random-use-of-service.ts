import fc from 'fast-check';
import { test } from 'vitest';
import type { TaskStorage } from '../../shared/task/storage.ts';
import { anyServiceCommands } from './service-commands.ts';
import { createServiceRun, expectAllEnd, expectTasks } from './service-run.ts';
import { createServiceWorld } from './service-world.ts';

/** On a busy machine fewer runs must do. */
const LONGEST_MS = 10_000;

/**
 * What a task service must do over any storage, whatever is asked of it, in whatever order. `open` gives an empty storage. A failure ends
 * with the seed and path that replay it.
 */
export function describeRandomUseOfService(open: () => Promise<TaskStorage>, runs: number): void {
  test('answers what it must, and ends every task once nothing holds it up', async () => {
    await fc.assert(
      fc.asyncProperty(anyServiceCommands, async (commands) => {
        const world = createServiceWorld(await open());
        const run = createServiceRun();
        try {
          await fc.asyncModelRun(() => ({ model: run, real: world }), commands);
          await expectTasks(run, world);
          await expectAllEnd(run, world);
        } finally {
          world.service.stop();
          await world.settle();
        }
      }),
      { numRuns: runs, interruptAfterTimeLimit: LONGEST_MS },
    );
  });
}
