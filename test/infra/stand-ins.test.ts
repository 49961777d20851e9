import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundle } from '../../infra/bundle.ts';
import { repositoryRoot, temporaryDirectory } from './temporary-directory.ts';

const SDK = join(repositoryRoot, 'node_modules/@aws-sdk');
const LAMBDA = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', AWS_REGION: 'eu-north-1' };
const sources = temporaryDirectory({
  'registry.ts': 'export const actions = [];',
  'settings.ts': `
    import { DynamoDBClient } from '${SDK}/client-dynamodb';
    const { config } = new DynamoDBClient({});
    const failed = (error: Error) => 'failed';
    const settings = ['region', 'useFipsEndpoint', 'useDualstackEndpoint', 'maxAttempts', 'retryMode', 'defaultsMode', 'userAgentAppId'];
    (async () => {
      const values = await Promise.all(settings.map((name) => config[name]().catch(failed)));
      console.log(JSON.stringify(values));
    })();`,
  'hashes.ts': `
    import { SQSClient } from '${SDK}/client-sqs';
    const { sha256, md5 } = new SQSClient({}).config;
    const bytes = new TextEncoder().encode('späť');
    (async () => {
      const digests: string[] = [];
      for (const start of [() => new sha256(), () => new sha256('secret'), () => new sha256(bytes), () => new md5()]) {
        const hash = start();
        hash.update(bytes);
        hash.reset();
        hash.update(bytes.subarray(0, 2));
        hash.update(bytes.subarray(2));
        digests.push(Buffer.from(await hash.digest()).toString('hex'));
      }
      console.log(JSON.stringify(digests));
    })();`,
  'others.ts': `
    import { Crc32 } from '@smithy/core/checksum';
    import { numberSelector, parseKnownFiles } from '@smithy/core/config';
    (async () => {
      const hash = new Crc32();
      hash.update(Buffer.from('a'));
      console.log(JSON.stringify([Buffer.from(await hash.digest()).toString('hex'), numberSelector({ a: '1' }, 'a'), await parseKnownFiles({})]));
    })();`,
  'home/.aws/config': '[default]\nregion = mars-west-1\nuse_dualstack_endpoint = true\n',
});
const bundles = { light: bundlesOf('light'), full: bundlesOf('full') };

function bundlesOf(weight: 'light' | 'full'): string {
  const outdir = temporaryDirectory();
  const names = ['settings', 'hashes', ...(weight === 'light' ? ['others'] : [])];
  const entryPoints = Object.fromEntries(names.map((name) => [name, join(sources, `${name}.ts`)]));
  bundle({ entryPoints, actions: join(sources, 'registry.ts'), outdir, weight });
  return outdir;
}

/** What a bundle prints in a process with `environment` and nothing else. */
function printedBy(weight: 'light' | 'full', name: string, environment: Record<string, string>): unknown {
  const env = { HOME: sources, ...environment };
  return JSON.parse(
    execFileSync(process.execPath, [join(bundles[weight], name, 'index.cjs')], { env, encoding: 'utf8' }),
  );
}

describe('a light bundle', () => {
  it.each([
    {},
    { AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' },
    { AWS_USE_FIPS_ENDPOINT: 'yes' },
    { AWS_MAX_ATTEMPTS: '7', AWS_RETRY_MODE: 'adaptive', AWS_SDK_UA_APP_ID: 'mine' },
    { AWS_MAX_ATTEMPTS: 'many' },
    { AWS_DEFAULTS_MODE: 'Auto' },
    { AWS_DEFAULTS_MODE: 'standard' },
  ])("has the SDK's clients find the settings that the original would find in Lambda: %j", (added) => {
    const environment = { ...LAMBDA, ...added };
    const found = printedBy('light', 'settings', environment);
    expect(found).toHaveLength(7);
    expect(found).toEqual(printedBy('full', 'settings', environment));
  });

  it('reads no file for them', () => {
    const environment = { ...LAMBDA, HOME: join(sources, 'home') };
    expect(printedBy('full', 'settings', environment)).toContain(true);
    expect(printedBy('light', 'settings', environment)).not.toContain(true);
  });

  it('has no client without a region', () => {
    expect(printedBy('light', 'settings', {})).toContain('failed');
  });

  it('hashes as the original does', () => {
    const digests = printedBy('light', 'hashes', LAMBDA);
    expect(new Set(Array.isArray(digests) ? digests : []).size).toBe(4);
    expect(digests).toEqual(printedBy('full', 'hashes', LAMBDA));
  });

  it('has the originals of everything that nothing stands in for', () => {
    expect(printedBy('light', 'others', LAMBDA)).toEqual(['e8b7be43', 1, {}]);
  });
});
