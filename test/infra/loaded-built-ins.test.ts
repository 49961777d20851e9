import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { builtinModules } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunctions } from '../../infra/bundle-functions.ts';
import { httpEvent } from '../fakes/lambda-events.ts';
import { repositoryRoot, temporaryDirectory } from './temporary-directory.ts';

/** What a function that answers requests has a use for: hashes, and requests over TLS. */
const USED = new Set(
  'crypto https net os process stream stream/promises string_decoder timers/promises tls'.split(' '),
);
const UNDICI = 'internal/deps/undici/undici';

const bundles = bundleFunctions(join(repositoryRoot, 'functions/actions/registry.ts'), temporaryDirectory());
/** Takes connections and hangs up: whoever sends a request over TLS loads all that this takes. */
const server = createServer((socket) => socket.destroy());
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  environment = {
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'function',
    AWS_REGION: 'eu-north-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret-example',
    AWS_SESSION_TOKEN: 'session-example',
    AWS_ENDPOINT_URL: `https://127.0.0.1:${address.port}`,
    TABLE_NAME: 'tasks',
    QUEUE_URL: 'https://sqs.eu-north-1.amazonaws.com/000000000000/tasks',
    REFUSED_EVENT_QUEUE_URL: 'https://sqs.eu-north-1.amazonaws.com/000000000000/tasks',
    RETENTION_DAYS: '7',
  };
});
afterAll(() => {
  server.close();
});

/** The modules of Node's own that a process has loaded once `script` is done, internal ones included. */
async function loadedBy(script: string): Promise<readonly string[]> {
  const tell = `require('node:fs').writeSync(2, JSON.stringify(process.moduleLoadList))`;
  const code = `(async () => { ${script}; ${tell}; })()`;
  const { stderr } = await promisify(execFile)(process.execPath, ['-e', code], { env: environment });
  const list = v.parse(v.array(v.string()), JSON.parse(stderr));
  return list.flatMap((entry) => /^NativeModule (.*)$/.exec(entry)?.[1] ?? []);
}

/** The public ones of them, which the process of an empty handler has not. */
async function addedBy(script: string): Promise<readonly string[]> {
  const before = new Set(await loadedBy(''));
  const isPublic = (name: string) => builtinModules.includes(name) && !name.startsWith('_');
  return (await loadedBy(script)).filter((name) => !before.has(name) && isPublic(name));
}

describe.each([
  ['api', { method: 'POST', path: '/v1/tasks', body: '{"action":"sleep","input":{"seconds":1}}' }],
  ['status', { method: 'GET', path: `/v1/tasks/${'0'.repeat(32)}` }],
] as const)('the %s function', (name, request) => {
  const load = `const { handler } = require(${JSON.stringify(join(bundles[name], 'index.cjs'))})`;
  const event = JSON.stringify(httpEvent({ ...request, headers: { 'Content-Type': 'application/json' } }));
  const answer = `const { statusCode } = await handler(${event}, { getRemainingTimeInMillis: () => 29_000 })`;
  const check = `if (statusCode !== 503) throw new Error('It answered ' + statusCode)`;
  const first = `${load}; ${answer}; ${check}`;

  it('loads no part of Node that it has no use for, not with its first request to AWS either', async () => {
    const added = await addedBy(first);
    expect(added).toContain('tls');
    expect(added.filter((builtIn) => !USED.has(builtIn))).toEqual([]);
  });

  it('loads no undici, which costs a cold start 34 ms', async () => {
    expect(await loadedBy(first)).not.toContain(UNDICI);
  });
});

describe('an ES import of node:http', () => {
  it('is what would load it', async () => {
    expect(await loadedBy(`await import('node:http')`)).toContain(UNDICI);
  });
});
