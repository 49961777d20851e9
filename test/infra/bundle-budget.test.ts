import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { bundleFunctions } from '../../infra/bundle-functions.ts';
import { repositoryRoot, temporaryDirectory } from './temporary-directory.ts';

/** The functions whose cold start a caller waits for. */
const AWAITED = ['api', 'status'] as const;
const MAX_BYTES = 250 * 1024;
const MAX_COMPRESSED_BYTES = 80 * 1024;
const MAX_MODULES = 350;
/** More than every budget by far. */
const HEAVY_BYTES = 5 * 1024 * 1024;

const SourceMap = v.object({ sources: v.array(v.string()) });
const shipped = bundleFunctions(join(repositoryRoot, 'functions/actions/registry.ts'), temporaryDirectory());

function codeIn(directory: string): Buffer {
  return readFileSync(join(directory, 'index.cjs'));
}

/** The modules that have left code in a bundle; esbuild names no other one in its source map. */
function modulesIn(directory: string): readonly string[] {
  const map: unknown = JSON.parse(readFileSync(join(directory, 'index.cjs.map'), 'utf8'));
  return v.parse(SourceMap, map).sources;
}

/** Functions with one action, whose `.run` file carries a text of `bytes`. */
function bundleActionOf(bytes: number) {
  const sources = temporaryDirectory({
    'registry.ts': `import { heavy } from './heavy.ts';\nexport const actions = [heavy];`,
    'heavy.ts': [
      `import { defineAction } from ${JSON.stringify(join(repositoryRoot, 'shared/task/action.ts'))};`,
      `import { unknown } from ${JSON.stringify(join(repositoryRoot, 'node_modules/valibot/dist/index.mjs'))};`,
      `export const heavy = defineAction({`,
      `  name: 'heavy',`,
      `  input: unknown(),`,
      `  run: async (input) => (await import('./heavy.run.ts')).look(input),`,
      `});`,
    ].join('\n'),
    'heavy.run.ts': `const table = '${'x'.repeat(bytes)}';\nexport const look = (at: unknown): string => table.charAt(Number(at));`,
  });
  return bundleFunctions(join(sources, 'registry.ts'), temporaryDirectory());
}

describe.each(AWAITED)('the bundle of the %s function', (name) => {
  it('stays below 250 KiB, 80 KiB compressed', () => {
    const code = codeIn(shipped[name]);
    expect(code.byteLength).toBeLessThanOrEqual(MAX_BYTES);
    expect(gzipSync(code).byteLength).toBeLessThanOrEqual(MAX_COMPRESSED_BYTES);
  });

  it('is made of at most 350 modules', () => {
    const modules = modulesIn(shipped[name]);
    expect(modules).toContainEqual(expect.stringMatching(new RegExp(`functions/${name}/handler\\.ts$`)));
    expect(modules.length).toBeLessThanOrEqual(MAX_MODULES);
  });
});

describe('an action with 5 MiB in its .run file', () => {
  it('costs the worker alone: the bundles of all others are the same, to the byte, as with a small one', () => {
    const small = bundleActionOf(1);
    const large = bundleActionOf(HEAVY_BYTES);
    expect(codeIn(large.worker).byteLength).toBeGreaterThan(HEAVY_BYTES);
    for (const name of [...AWAITED, 'reconciler'] as const) {
      expect(codeIn(large[name]).equals(codeIn(small[name]))).toBe(true);
    }
  });
});
