import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { answerOf, functionOf } from './function-fixture.ts';

test('a function runs one invocation an environment, and makes further ones wait', async () => {
  const { target } = functionOf(
    `let running = 0;
     exports.handler = async () => {
       running += 1;
       await new Promise((resolve) => setTimeout(resolve, 20));
       running -= 1;
       return [process.pid, running];
     };`,
    { maxEnvironments: 2 },
  );
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => answerOf(target)));
  const pids = new Set(answers.map((answer) => (Array.isArray(answer) ? answer[0] : answer)));
  expect(answers).toEqual(answers.map(() => [expect.any(Number), 0]));
  expect(pids.size).toBe(2);
});

test('a function runs ten long invocations side by side', async () => {
  const { target } = functionOf(
    `const { existsSync, writeFileSync } = require('node:fs');
     exports.handler = async (event) => {
       writeFileSync(__dirname + '/here-' + event.turn, '');
       const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
       while (!all.every((turn) => existsSync(__dirname + '/here-' + turn))) {
         await new Promise((resolve) => setTimeout(resolve, 10));
       }
       return process.pid;
     };`,
    { maxEnvironments: 32, timeoutMs: 60_000 },
  );
  const long = await Promise.all(Array.from({ length: 10 }, (_, turn) => answerOf(target, { turn })));
  expect(new Set(long).size).toBe(10);
});

test('a function does not begin an invocation whose caller went away while it waited', async () => {
  const { target, directory } = functionOf(
    `const { existsSync } = require('node:fs');
     const begun = [];
     exports.handler = async (event) => {
       begun.push(event.name);
       while (event.name === 'first' && !existsSync(__dirname + '/go')) {
         await new Promise((resolve) => setTimeout(resolve, 10));
       }
       return begun;
     };`,
  );
  const first = answerOf(target, { name: 'first' });
  const caller = new AbortController();
  const second = target.invoke({ name: 'second' }, caller.signal);
  const third = answerOf(target, { name: 'third' });
  caller.abort();
  expect(await second).toMatchObject({ errorType: 'ServiceException' });
  writeFileSync(path.join(directory, 'go'), '');
  await first;
  expect(await third).toEqual(['first', 'third']);
});
