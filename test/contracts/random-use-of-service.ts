import fc from 'fast-check';
import { test } from 'vitest';
import type { TaskStorage } from '../../shared/task/storage.ts';
import { anyServiceCommands } from './service-commands.ts';
import { anyAsks, anyTwins, expectOneEnd, expectOneTask } from './service-race.ts';
import type { Runs } from './random-use-of-storage.ts';
import { createServiceRun, expectAllEnd, expectTasks } from './service-run.ts';
import { withinTime } from './within-time.ts';
import { createServiceWorld } from './service-world.ts';

/**
 * What a task service must do over any storage, whatever is asked of it, in whatever order. `open` gives an empty storage. A failure ends
 * with the seed and path that replay it.
 */
export function describeRandomUseOfService(open: () => Promise<TaskStorage>, runs: Runs): void {
  test('answers what it must, and ends every task once nothing holds it up', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyServiceCommands,
        withinTime(async (commands) => {
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
      ),
      { numRuns: runs.inOrder },
    );
  });

  test('tells all who ask at once about a task of one and the same end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.constantFrom('wait', 'park'),
        anyAsks,
        withinTime(async (scheduler, plan, asks) => expectOneEnd(await open(), scheduler, plan, asks)),
      ),
      { numRuns: runs.atOnce },
    );
  });

  test('makes one task of creates with one key, in whatever order they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        anyTwins,
        withinTime(async (scheduler, twins) => expectOneTask(await open(), scheduler, twins)),
      ),
      { numRuns: runs.atOnce },
    );
  });
}
