import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const MODULE = new URL('../../../infra/local/assembly-directory.ts', import.meta.url);
const CDK_OUT = fileURLToPath(new URL('../../../cdk.out', import.meta.url));

test('a process has a directory of its own until it exits, and removes those of killed ones only', () => {
  const killed = path.join(CDK_OUT, `local-${spawnSync(process.execPath, ['-e', '']).pid}`);
  const living = path.join(CDK_OUT, `local-${process.pid}`);
  for (const directory of [killed, living]) {
    mkdirSync(directory, { recursive: true });
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  }
  const script = `
    import { existsSync } from 'node:fs';
    const { ownAssemblyDirectory } = await import(${JSON.stringify(MODULE.href)});
    const directory = ownAssemblyDirectory();
    process.stdout.write(existsSync(directory) + ' ' + directory);`;
  const { stdout, pid } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(stdout).toBe(`true ${path.join(CDK_OUT, `local-${pid}`)}`);
  const own = path.join(CDK_OUT, `local-${pid}`);
  expect([own, killed, living].map((directory) => existsSync(directory))).toEqual([false, false, true]);
});
