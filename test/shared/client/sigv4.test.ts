import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, test } from 'vitest';
import { createTaskClient } from '../../../shared/client/index.ts';
import { createSigV4Signer } from '../../../shared/client/sigv4.ts';
import { ImitatedApi } from '../../fakes/imitated-api.ts';
import type { SeenRequest } from '../../fakes/imitated-api.ts';
import { allOf } from './client-world.ts';

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' };

class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {}
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/** The authorization that the AWS SDK's own signer gives to the request that came. */
async function authorizationOf({ method, path, headers, body }: SeenRequest): Promise<string | undefined> {
  const signed = /SignedHeaders=([^,]+)/.exec(String(headers.authorization))?.[1]?.split(';') ?? [];
  const signer = new SignatureV4({
    credentials,
    region: 'eu-west-1',
    service: 'execute-api',
    sha256: Sha256,
    applyChecksum: false,
  });
  const url = new URL(path, 'http://localhost');
  const request = {
    method,
    protocol: 'http:',
    hostname: String(headers.host),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(signed.map((name) => [name, String(headers[name])])),
    body,
  };
  const stamp = String(headers['x-amz-date']);
  const time = stamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const answer = await signer.sign(request, { signingDate: new Date(time) });
  return answer.headers['authorization'];
}

describe('a signed client', () => {
  test('signs as the AWS SDK does: bodies, queries, and each try anew', async () => {
    const api = await ImitatedApi.start();
    const sign = createSigV4Signer({ region: 'eu-west-1', credentials: async () => credentials });
    const client = createTaskClient({ url: api.url, sign, random: { fraction: () => 0 } });
    api.fail({ status: 503 });
    const { id } = await client.create('sleep', { seconds: 1, text: 'naïve' });
    await client.waitForFinalStatus(id);
    await allOf(client.list({ action: 'sleep', limit: 3 }));
    await client.cancel(api.add().id);
    expect(api.requests.length).toBe(5);
    for (const request of api.requests) {
      expect(request.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\//);
      expect(request.headers.authorization).toBe(await authorizationOf(request));
      expect(request.headers['x-amz-security-token']).toBe('session');
    }
    await api.close();
  });
});
