import fc from 'fast-check';
import { describe, test } from 'vitest';
import type { TaskStorage } from '../../shared/task/storage.ts';
import { anyBeginnings, anyCommands } from './storage-commands.ts';
import { expectExplained } from './concurrent-use.ts';
import { anyCreate, anyIntent } from './storage-intent.ts';
import { finalStatuses } from '../../shared/task/task.ts';
import { expectEnded, expectOpen } from './storage-pages.ts';
import type { StorageModel } from './storage-model.ts';
import { withinTime } from './within-time.ts';
import { createStorageModel, expectRows, KEYS } from './storage-model.ts';

/** How often each property is tried. */
export interface Runs {
  readonly inOrder: number;
  readonly atOnce: number;
}

/** Two or three who ask about one row at the same time, few enough times that every order can be tried. */
const anyClients = fc.array(fc.array(anyIntent, { minLength: 1, maxLength: 3 }), {
  minLength: 2,
  maxLength: 3,
});

/**
 * What every storage must do whatever is asked of it, in whatever order, at the moments that matter: exactly what the
 * protocol's table of operations says. `open` gives an empty one. A failure ends with the seed and path that replay it.
 */
export function describeRandomUseOfStorage(open: () => Promise<TaskStorage>, runs: Runs): void {
  describe('whatever is asked of it', () => {
    test('answers and holds what the table of operations says', async () => {
      await fc.assert(
        fc.asyncProperty(
          anyBeginnings,
          anyCommands,
          withinTime(async (beginnings, commands) => {
            const storage = await open();
            const model = createStorageModel();
            for (const beginning of beginnings) await beginning.run(model, storage);
            await fc.asyncModelRun(() => ({ model, real: storage }), commands);
            await expectHeld(model, storage);
          }),
        ),
        { numRuns: runs.inOrder },
      );
    });

    test('answers those who ask at once as if they had come one at a time', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          anyCreate,
          anyClients,
          withinTime(async (scheduler, beginning, clients) =>
            expectExplained(await open(), scheduler, beginning, clients),
          ),
        ),
        { numRuns: runs.atOnce },
      );
    });
  });
}

async function expectHeld(model: StorageModel, storage: TaskStorage): Promise<void> {
  await expectRows(model, storage);
  await expectOpen(model, storage, Number.MAX_SAFE_INTEGER, 2);
  const options = { until: Number.MAX_SAFE_INTEGER, limit: 2, now: 0 };
  for (const { tenant } of KEYS)
    for (const finalStatus of finalStatuses)
      await expectEnded(model, storage, { tenant, finalStatus }, options);
}
