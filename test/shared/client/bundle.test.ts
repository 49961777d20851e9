import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

const CLIENT = join(import.meta.dirname, '../../../shared/client');

async function bundle(entry: string): Promise<{ bytes: number; inputs: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(CLIENT, entry)],
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    write: false,
    metafile: true,
  });
  const bytes = outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0);
  return { bytes, inputs: Object.keys(metafile.inputs) };
}

describe('the client in a browser', () => {
  test('is below 6 KiB, minified and gzipped, and is made of its own room alone', async () => {
    const { bytes, inputs } = await bundle('index.ts');
    expect(bytes).toBeLessThan(6 * 1024);
    expect(inputs.filter((input) => !input.startsWith('shared/client/'))).toEqual([]);
  });

  test('signs there too', async () => {
    const { inputs } = await bundle('sigv4.ts');
    expect(inputs.some((input) => input.includes('aws4fetch'))).toBe(true);
  });
});
