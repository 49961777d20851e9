import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectoryInRepository } from '../temporary-directory.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const PATIENCE = { timeout: 30_000, interval: 100 };

const SOURCES = {
  'registry.ts': `import { hello } from './hello.ts';
    import { sleep } from ${JSON.stringify(path.join(ROOT, 'functions/actions/sleep.ts'))};
    export const actions = [hello, sleep];`,
  'hello.ts': `import * as v from 'valibot';
    import { defineAction } from ${JSON.stringify(path.join(ROOT, 'shared/task/action.ts'))};
    export const hello = defineAction({
      name: 'hello',
      input: v.string(),
      run: async () => (await import('./hello.run.ts')).say(),
    });`,
  'hello.run.ts': `export const say = () => 'one';`,
};

const Task = v.object({
  id: v.optional(v.string(), ''),
  finalStatus: v.nullish(v.string()),
  attempt: v.optional(v.number()),
  output: v.optional(v.unknown()),
});
type Task = v.InferOutput<typeof Task>;

/** Runs the stack with actions of its own until the test is over. */
async function startWithActions() {
  const directory = temporaryDirectoryInRepository();
  const save = (name: string, text: string): void => {
    // As editors do it: written beside, and moved over the old one.
    const draft = path.join(directory, `${name}.draft`);
    writeFileSync(draft, text);
    renameSync(draft, path.join(directory, name));
  };
  for (const [name, text] of Object.entries(SOURCES)) save(name, text);
  const options = ['--port', '0', '--memory', '--actions', path.join(directory, 'registry.ts')];
  const child = spawn(process.execPath, ['infra/local/start.ts', ...options], { cwd: ROOT });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  child.stderr.resume();
  const told = (beginning: string) => lines.filter((line) => line.startsWith(beginning));
  await vi.waitFor(() => expect(told('ready ')).toHaveLength(1), PATIENCE);
  const url = (told('ready ')[0] ?? '').replace('ready ', '');

  async function post(
    action: string,
    input: unknown,
  ): Promise<{ readonly status: number; readonly task: Task }> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ action, input });
    const response = await fetch(`${url}/tasks`, { method: 'POST', headers, body });
    return { status: response.status, task: v.parse(Task, await response.json()) };
  }
  async function ended(id: string): Promise<Task> {
    const response = await fetch(`${url}/tasks/${id}?wait=20`);
    return v.parse(Task, await response.json());
  }
  const hello = async (): Promise<unknown> => (await ended((await post('hello', 'x')).task.id)).output;
  return { save, told, post, ended, hello };
}

test('an edited action is in force while tasks go on, and what cannot be bundled leaves the old code', async () => {
  const { save, told, post, ended, hello } = await startWithActions();
  expect(await hello()).toBe('one');

  const { task: long } = await post('sleep', { seconds: 6 });
  save('hello.run.ts', `export const say = () => 'two';`);
  await vi.waitFor(async () => expect(await hello()).toBe('two'), PATIENCE);
  expect(told('reloaded ')).toEqual([
    expect.stringMatching(/hello\.run\.ts \([\d.]+ s\): TasksWorkerFunction$/),
  ]);

  save('hello.run.ts', `export const say = (: string`);
  await vi.waitFor(() => expect(told('not reloaded: ')).toHaveLength(1), PATIENCE);
  expect(told('not reloaded: ')[0]).toMatch(/hello\.run\.ts:1:21: Unexpected ":"/);
  expect(await hello()).toBe('two');

  // Of a new file, and with another schema: all three functions that know actions have it.
  save('numbers.ts', `import * as v from 'valibot'; export const input = v.number();`);
  save('hello.run.ts', `export const say = () => 'three';`);
  save(
    'hello.ts',
    `import { input } from './numbers.ts';\n${SOURCES['hello.ts'].replace('input: v.string()', 'input')}`,
  );
  await vi.waitFor(async () => expect((await post('hello', 'x')).status).toBe(422), PATIENCE);
  const { task } = await post('hello', 3);
  expect((await ended(task.id)).output).toBe('three');
  expect(told('not reloaded: ')).toHaveLength(1);

  expect(await ended(long.id)).toMatchObject({
    finalStatus: 'succeeded',
    attempt: 1,
    output: { seconds: 6 },
  });
});

test('actions that end the process which loads them leave the old ones, and a mended file is taken', async () => {
  const { save, told, hello } = await startWithActions();
  save('registry.ts', `process.exit(3);\n${SOURCES['registry.ts']}`);
  await vi.waitFor(() => expect(told('not reloaded: The actions end the process')).toHaveLength(1), PATIENCE);
  save('registry.ts', SOURCES['registry.ts']);
  save('hello.run.ts', `export const say = () => 'mended';`);
  await vi.waitFor(async () => expect(await hello()).toBe('mended'), PATIENCE);
});

test('actions that cannot work together leave the old ones', async () => {
  const { save, told, hello } = await startWithActions();
  save('registry.ts', SOURCES['registry.ts'].replace('[hello, sleep]', '[hello, hello]'));
  await vi.waitFor(() => expect(told('not reloaded: Two actions are named hello')).toHaveLength(1), PATIENCE);
  expect(await hello()).toBe('one');
});
