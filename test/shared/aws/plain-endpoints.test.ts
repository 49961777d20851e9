import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import * as standIn from '../../../shared/aws/plain-endpoints.ts';

const client = createRequire(import.meta.filename).resolve('@aws-sdk/client-dynamodb');
const sources = ['DynamoDBClient.js', 'runtimeConfig.js'].map((name) =>
  readFileSync(path.join(path.dirname(client), '../dist-es', name), 'utf8'),
);

/** What the DynamoDB client takes from a module. */
function importsFrom(module: string): string[] {
  const pattern = new RegExp(`import \\{([^}]*)\\} from "${module}"`, 'g');
  const lists = sources.flatMap((source) => [...source.matchAll(pattern)].map(([, names = '']) => names));
  return lists.flatMap((names) => names.split(',').map((name) => name.trim())).filter((name) => name !== '');
}

describe('the stand-in for endpoints that are discovered, or name the account', () => {
  it('has all that the DynamoDB client takes from the modules that it stands in for', () => {
    for (const module of ['@aws-sdk/middleware-endpoint-discovery', '@aws-sdk/core/account-id-endpoint']) {
      const names = importsFrom(module);
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(standIn).toHaveProperty(name);
    }
  });

  it('says what the SDK’s own say of a client with keys alone: nothing discovered, no account', async () => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const real = new DynamoDBClient({ region: 'eu-west-1', credentials });
    expect(await real.config.endpointDiscoveryEnabled?.()).toBeUndefined();
    expect(standIn.NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS.default).toBe(false);
    const config = standIn.resolveAccountIdEndpointModeConfig(
      standIn.resolveEndpointDiscoveryConfig({ a: 1 }),
    );
    expect(config).toMatchObject({ a: 1 });
    expect(await config.accountIdEndpointMode()).toBe(
      standIn.NODE_ACCOUNT_ID_ENDPOINT_MODE_CONFIG_OPTIONS.default,
    );
    real.destroy();
  });
});
