import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const LIBRARY = path.resolve(import.meta.dirname, '../../../shared/index.ts');
/** One that does not end by itself is ended then. */
const TIMEOUT_MS = 50_000;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'task-system-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const PREAMBLE = `
import { createTaskService, defaultConfig, defineAction } from ${JSON.stringify(LIBRARY)};
const input = { '~standard': { version: 1, vendor: 'none', validate: (value) => ({ value }) } };
const logger = { info() {}, warn() {}, error() {} };
const tasks = createTaskService({ ...defaultConfig(), logger });
const echo = defineAction({ name: 'echo', input, run: (value) => value });
const wait = defineAction({ name: 'wait', input, run: (value, context) => context.waitForCompletion() });
process.on('exit', () => console.log('ended'));
`;

/** Scripts that use a service in one process, and what they print. */
const scripts = [
  [
    'leaves tasks to be executed, now and in a second',
    `const late = { ...echo, run: (word) => console.log(word) };
     const { id } = await tasks.create(echo, 'waited for');
     console.log((await tasks.waitForFinalStatus(id)).output);
     await tasks.create(late, 'in a second', { startAt: Date.now() + 1000 });
     await tasks.create(late, 'now');`,
    'waited for\nnow\nin a second\nended\n',
  ],
  [
    'leaves tasks that are parked, cancelled, or start in hours',
    `const hours = { startAt: Date.now() + 7_200_000 };
     console.log((await tasks.create(echo, 1, hours)).activeStatus);
     console.log((await tasks.cancel((await tasks.create(echo, 1, hours)).id)).finalStatus);
     const { id } = await tasks.create(wait, 1);
     console.log((await tasks.waitForFinalStatus(id, { timeoutMs: 100 })).attempt);`,
    'stopped\ncancelled\n1\nended\n',
  ],
] as const;

test.each(scripts)('a process ends by itself whose script %s', async (name, script, printed) => {
  const file = path.join(directory, `${name.replaceAll(' ', '-')}.mjs`);
  await writeFile(file, PREAMBLE + script);
  const { stdout } = await run(process.execPath, [file], { timeout: TIMEOUT_MS });
  expect(stdout).toBe(printed);
});
