import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..');

const ACTIONS = `
import { defineAction, PermanentError } from 'task-system';
import * as v from 'valibot';
const greet = defineAction({
  name: 'greet',
  input: v.object({ name: v.string() }),
  run({ name }: { name: string }) {
    if (name === '') throw new PermanentError('Nobody is there.');
    return \`Hello \${name}\`;
  },
});
export const actions = [greet];
`;

const APP = `
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { TaskSystem } from 'task-system/cdk';
const stack = new Stack(new App({ outdir: 'cdk.out' }), 'Mine');
const tasks = new TaskSystem(stack, 'Tasks', { actions: 'actions.ts' });
const functions = Template.fromStack(stack).findResources('AWS::Lambda::Function');
console.log(JSON.stringify({ functions: Object.keys(functions).length, url: typeof tasks.url }));
`;

const LIBRARY = `
import { createTaskService, defaultConfig, hasSucceededStatus } from 'task-system';
import { createDynamoStorage } from 'task-system/aws';
import { actions } from './actions.ts';
const tasks = createTaskService({ ...defaultConfig(), logger: { info() {}, warn() {}, error() {} } });
const { id } = await tasks.create(actions[0], { name: 'Ada' });
const task = await tasks.waitForFinalStatus(id);
console.log(JSON.stringify([hasSucceededStatus(task), task.output, typeof createDynamoStorage]));
`;

const CLIENT = `
import { createTaskClient, TaskNetworkError } from 'task-system/client';
import { createSigV4Signer } from 'task-system/client/sigv4';
const sign = createSigV4Signer({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
const client = createTaskClient({ url: 'http://127.0.0.1:1/v1', sign, random: { fraction: () => 0 } });
const error = await client.create('greet', { name: 'Ada' }).catch((error) => error);
console.log(error instanceof TaskNetworkError, error.tries);
`;

describe('the built package, installed in somebody else’s project', () => {
  let project: string;

  beforeAll(async () => {
    // Below node_modules of the repository, so that the package finds its dependencies, and Node strips no types in it.
    const cache = join(ROOT, 'node_modules/.cache');
    await mkdir(cache, { recursive: true });
    project = await mkdtemp(join(cache, 'package-'));
    const home = join(project, 'node_modules/task-system');
    await mkdir(home, { recursive: true });
    await cp(join(ROOT, 'package.json'), join(home, 'package.json'));
    const compiler = join(ROOT, 'node_modules/.bin/tsc');
    await run(compiler, ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(home, 'dist')]);
    const consumer = await mkdtemp(join(project, 'consumer-'));
    project = consumer;
    // Without a package of its own it would stand in this repository's, and find the sources here by their name.
    await writeFile(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', type: 'module' }));
    await writeFile(join(consumer, 'actions.ts'), ACTIONS);
    await writeFile(join(consumer, 'app.mjs'), APP);
    await writeFile(join(consumer, 'library.mjs'), LIBRARY);
    await writeFile(join(consumer, 'client.mjs'), CLIENT);
  });
  afterAll(() => rm(resolve(project, '..'), { recursive: true, force: true }));

  test('synthesizes a stack with the actions of that project', async () => {
    const { stdout } = await run(process.execPath, ['app.mjs'], { cwd: project });
    expect(JSON.parse(stdout)).toEqual({ functions: 5, url: 'string' });
  });

  test('executes tasks in one process', async () => {
    const { stdout } = await run(process.execPath, [await bundled('library.mjs')], { cwd: project });
    expect(JSON.parse(stdout)).toEqual([true, 'Hello Ada', 'function']);
  });

  test('has a client that signs', async () => {
    const { stdout } = await run(process.execPath, ['client.mjs'], { cwd: project });
    expect(stdout).toBe('true 6\n');
  });

  test('has a command line that npm can link', async () => {
    const main = join(project, '..', 'node_modules/task-system', manifest.bin['task-system']);
    expect((await readFile(main, 'utf8')).split('\n')[0]).toBe('#!/usr/bin/env node');
    const { stdout } = await run(process.execPath, [main, '--help']);
    expect(stdout).toContain('Usage: task-system');
  });

  /** That project's TypeScript, as its own bundler makes it: Node strips no types below node_modules. */
  async function bundled(file: string): Promise<string> {
    const { buildSync } = await import('esbuild');
    const outfile = join(project, 'library.bundle.mjs');
    const entryPoints = [join(project, file)];
    buildSync({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
    return outfile;
  }
});
