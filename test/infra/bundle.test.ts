import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bundle } from '../../infra/bundle.ts';
import { ConfigurationError } from '../../infra/configuration-error.ts';
import { defaultProvider } from '../../shared/aws/lambda-credentials.ts';
import { repositoryRoot, temporaryDirectory } from './temporary-directory.ts';

const DYNAMODB = JSON.stringify(join(repositoryRoot, 'node_modules/@aws-sdk/client-dynamodb'));
const sources = temporaryDirectory({
  'registry.ts': `export const actions = [{ name: 'a', run: async () => (await import('./a.run.ts')).heavy() }];`,
  'a.run.ts': `export const heavy = (): string => 'worked hard';`,
  'handler.ts': `import { actions } from '#actions';\nexport const handler = () => actions[0].run();`,
  'get-item.ts': [
    `import { DynamoDBClient, GetItemCommand } from ${DYNAMODB};`,
    `export const handler = () => new DynamoDBClient({}).send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } }));`,
  ].join('\n'),
  'syntax.ts': `const fine = 1;\nexport const actions = [fine;\n`,
  'gone.ts': `import { gone } from './gone-away.ts';\nexport const actions = [gone];\n`,
  'many.ts': `import './one.ts';\nimport './two.ts';\nimport './three.ts';\n`,
  'await.ts': `export const actions = await Promise.resolve([]);\n`,
  'meta.ts': `export const actions = [import.meta.dirname];\n`,
});
const bundles = temporaryDirectory();
const load = createRequire(import.meta.url);

function bundleOf(file: string, weight: 'full' | 'light', directory: string): string {
  const outdir = join(bundles, directory);
  bundle({
    entryPoints: { it: join(sources, file) },
    actions: join(sources, 'registry.ts'),
    outdir,
    weight,
  });
  return join(outdir, 'it/index.cjs');
}

describe('bundle', () => {
  it('puts the given registry in the place of #actions, and its .run files into the bundle', async () => {
    const file = bundleOf('handler.ts', 'full', 'full');
    expect(readFileSync(file, 'utf8')).toContain('worked hard');
    await expect(load(file).handler()).resolves.toBe('worked hard');
  });

  it('leaves .run files out of light bundles, which fail only when they import one', async () => {
    const file = bundleOf('handler.ts', 'light', 'light');
    expect(readFileSync(file, 'utf8')).not.toContain('worked hard');
    await expect(load(file).handler()).rejects.toThrow(/Cannot find module .*a\.run\.ts/);
  });

  it('writes the source map beside the bundle, not into it', () => {
    const file = bundleOf('handler.ts', 'full', 'map');
    expect(readFileSync(file, 'utf8')).not.toContain('sourceMappingURL');
    expect(readdirSync(join(bundles, 'map/it')).toSorted()).toEqual(['index.cjs', 'index.cjs.map']);
  });

  it('replaces the whole directory', () => {
    bundleOf('handler.ts', 'full', 'replaced');
    const outdir = join(bundles, 'replaced');
    const entry = join(sources, 'handler.ts');
    bundle({
      entryPoints: { other: entry },
      actions: join(sources, 'registry.ts'),
      outdir,
      weight: 'full',
    });
    expect(readdirSync(outdir)).toEqual(['other']);
  });

  it.each([
    ['syntax.ts', 'syntax.ts:2:29: Expected "]" but found ";"'],
    ['gone.ts', 'gone.ts:1:22: Could not resolve "./gone-away.ts"'],
    ['many.ts', 'many.ts:1:8: Could not resolve "./one.ts" (and 2 more like it)'],
    ['await.ts', 'await.ts:1:24: Top-level await is currently not supported with the "cjs" output format'],
    [
      'meta.ts',
      'meta.ts:1:25: "import.meta" is not available with the "cjs" output format and will be empty',
    ],
  ])('refuses %s in one sentence with file, line and fault', (file, fault) => {
    const error = refusalOf(file);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/^Cannot bundle [^\n]*; correct the file, and synthesize again\.$/);
    expect(error.message).toContain(`/${fault};`);
  });

  it.each(['full', 'light'] as const)(
    "has the SDK sign with the credentials in Lambda's environment, without its search for others, in a %s bundle",
    async (weight) => {
      const file = bundleOf('get-item.ts', weight, `signed-${weight}`);
      expect(readFileSync(file, 'utf8')).not.toMatch(
        /AWS_CONTAINER_CREDENTIALS|sso_start_url|role_arn|credential_process/,
      );
      const headers = await headersOfCall(file);
      expect(headers.authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-north-1\/dynamodb\/aws4_request, /,
      );
      expect(headers['x-amz-security-token']).toBe('session-example');
    },
  );
});

describe('defaultProvider', () => {
  it('rejects, and names the variables, where no credentials are in the environment', async () => {
    const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;
    const kept = names.map((name) => process.env[name]);
    for (const name of names) Reflect.deleteProperty(process.env, name);
    try {
      await expect(defaultProvider()()).rejects.toThrow(
        'AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set',
      );
    } finally {
      for (const [index, name] of names.entries()) {
        if (kept[index] !== undefined) process.env[name] = kept[index];
      }
    }
  });
});

function refusalOf(file: string): Error {
  try {
    bundleOf(file, 'full', 'refused');
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error(`${file} was bundled.`);
}

/** Calls the bundled handler in a process of its own, as Lambda does, against a server that answers with an empty item. */
async function headersOfCall(file: string): Promise<IncomingHttpHeaders> {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    request.resume();
    response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  try {
    await promisify(execFile)(process.execPath, ['-e', `require(${JSON.stringify(file)}).handler()`], {
      env: {
        AWS_REGION: 'eu-north-1',
        AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${address.port}`,
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'secret-example',
        AWS_SESSION_TOKEN: 'session-example',
      },
    });
  } finally {
    server.close();
  }
  const [headers, ...others] = seen;
  if (headers === undefined || others.length > 0) throw new Error(`${seen.length} calls arrived, not one.`);
  return headers;
}
