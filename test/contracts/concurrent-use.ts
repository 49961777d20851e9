import { isDeepStrictEqual } from 'node:util';
import type fc from 'fast-check';
import { expect } from 'vitest';
import type { TaskStorage } from '../../shared/task/storage.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import type { StorageIntent } from './storage-intent.ts';
import { createStorageModel, expectStep, KEYS } from './storage-model.ts';
import type { StorageStep } from './storage-step.ts';

/** A call that has returned: what it answered, and when it began and returned, in a count of both. */
interface Call {
  readonly step: StorageStep;
  readonly text: string;
  readonly answer: unknown;
  readonly began: number;
  readonly returned: number;
}

/**
 * Has several clients, each one step after the other, use one row: all begin at once, and go on in an order of `scheduler`. What they are answered and what
 * is there in the end is what they would have got one at a time, in some order that is true to the time of their calls.
 */
export async function expectExplained(
  storage: TaskStorage,
  scheduler: fc.Scheduler,
  beginning: StorageIntent,
  clients: readonly (readonly StorageIntent[])[],
): Promise<void> {
  const [key = { tenant: '', id: '' }] = KEYS;
  const model = createStorageModel();
  await expectStep(model, storage, key, beginning.on(key, []));
  const history = model.historyOf(key);
  const calls: Call[] = [];
  let count = 0;

  async function use(intents: readonly StorageIntent[]): Promise<void> {
    for (const [index, intent] of intents.entries()) {
      const step = intent.on(key, history);
      if (index > 0) await scheduler.schedule(Promise.resolve(), intent.text);
      const began = (count += 1);
      const answer = await step.ask(storage);
      calls.push({ step, text: intent.text, answer, began, returned: (count += 1) });
    }
  }

  await scheduler.waitFor(Promise.all(clients.map(use)));
  const row = await storage.get(key, { now: 0 });
  const seen = calls.map(({ text, answer }) => `${text} -> ${JSON.stringify(answer)}`);
  const story = [...seen, `in the end ${JSON.stringify(row)}`].join('\n');
  expect(isExplained(history.at(-1), calls, row), `No order of these calls explains them:\n${story}`).toBe(
    true,
  );
}

/** Whether the calls, made one at a time in some order, lead from `row` to `end` with the answers that they got. */
function isExplained(row: TaskRow | undefined, calls: readonly Call[], end: TaskRow | undefined): boolean {
  if (calls.length === 0) return isDeepStrictEqual(row, end);
  const firstReturn = Math.min(...calls.map(({ returned }) => returned));
  // What began after another had returned cannot have come before it.
  const candidates = calls.filter(({ began }) => began < firstReturn);
  return candidates.some((call) => {
    const must = call.step.must(row);
    const rest = calls.filter((other) => other !== call);
    return isDeepStrictEqual(must.answer, call.answer) && isExplained(must.row, rest, end);
  });
}
