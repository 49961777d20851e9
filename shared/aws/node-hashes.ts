import { createHash, createHmac } from 'node:crypto';
import type { Hash, Hmac } from 'node:crypto';

/**
 * Stands in, in every bundle that executes no actions, for the hashes of `@smithy/core/checksum` that requests are signed and
 * answers checked with. The original brings implementations of its own, for a Node without OpenSSL. Everything else is the original's.
 */
export * from '#sdk-checksum';

/** A hash as the SDK uses one: fed any number of times, then asked once. */
class NodeHash {
  readonly #start: () => Hash | Hmac;
  #hash: Hash | Hmac;

  constructor(start: () => Hash | Hmac) {
    this.#start = start;
    this.#hash = start();
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#start();
  }
}

/** SHA-256, or its HMAC with a secret. */
export class Sha256 extends NodeHash {
  readonly digestLength = 32;

  constructor(secret?: Uint8Array | string) {
    super(() => (secret === undefined ? createHash('sha256') : createHmac('sha256', secret)));
  }
}

/** MD5, which SQS tells of every message that it took. */
export class Md5 extends NodeHash {
  readonly digestLength = 16;

  constructor() {
    super(() => createHash('md5'));
  }
}
