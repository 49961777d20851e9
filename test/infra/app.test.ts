import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot, temporaryDirectory } from './temporary-directory.ts';

const sources = temporaryDirectory({
  'registry.ts': `export const actions = [{ name: 'chosen-by-context', timeoutMs: 1000, retry: { maxAttempts: 1 }, run() {} }];`,
  'broken.ts': `export const actions = [;`,
});

describe('infra/app.ts', () => {
  it('gives api and worker the registry that the context names, without an account', async () => {
    const outdir = temporaryDirectory();
    expect(await synthesize(join(sources, 'registry.ts'), outdir)).toEqual({ code: 0, stderr: '' });
    const template = readFileSync(join(outdir, 'TaskSystem.template.json'), 'utf8');
    const assets = new Set(template.match(/[0-9a-f]{64}(?=\.zip)/g));
    const carrying = [...assets].filter((hash) =>
      readFileSync(join(outdir, `asset.${hash}`, 'index.cjs'), 'utf8').includes('chosen-by-context'),
    );
    expect(carrying.length).toBeGreaterThanOrEqual(2);
  }, 60_000);

  it('says what is wrong with the actions in one line, exits with 1 and leaves no template', async () => {
    const outdir = temporaryDirectory();
    const { code, stderr } = await synthesize(join(sources, 'broken.ts'), outdir);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Cannot bundle .*broken\.ts:1:25: Unexpected ";"; correct the file, and synthesize again\.\n$/,
    );
    expect(existsSync(join(outdir, 'TaskSystem.template.json'))).toBe(false);
  }, 60_000);
});

/** Starts the app as the CDK command does: the assembly's directory and the context come by environment variables. */
function synthesize(actions: string, outdir: string): Promise<{ code: number; stderr: string }> {
  // CDK's own validation takes seconds; the tests of the AwsSolutions rules go through it.
  const env = { CDK_VALIDATION: 'false', CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ actions }) };
  return new Promise((resolve) => {
    execFile(process.execPath, ['infra/app.ts'], { cwd: repositoryRoot, env }, (error, _stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stderr });
    });
  });
}
