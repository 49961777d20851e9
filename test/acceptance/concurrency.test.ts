import { expect, test } from 'vitest';
import { describedClient } from './described-client.ts';
import { runToTheEnd } from './task-calls.ts';

const send = describedClient();

test('thirty tasks at once all succeed, each with its own output', { timeout: 110_000 }, async () => {
  const tasks = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const csv = `n\n${index}\n`;
      return index % 3 === 0
        ? runToTheEnd(send, 'sleep', { seconds: index / 100 })
        : runToTheEnd(send, 'csv-profile', { csv });
    }),
  );
  expect(new Set(tasks.map((task) => task.id)).size).toBe(30);
  for (const [index, task] of tasks.entries()) {
    const output =
      index % 3 === 0
        ? { seconds: index / 100 }
        : { rowCount: 1, columns: [{ name: 'n', min: index, max: index, mean: index }] };
    expect(task).toMatchObject({ finalStatus: 'succeeded', attempt: 1, output });
  }
});
