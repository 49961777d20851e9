import { Resolver } from 'node:dns/promises';
import { isPublicAddress } from './public-address.ts';

/** All that a request meets of the world. Production has {@link publicNetwork} only; tests open their own machine to themselves. */
export interface Network {
  /** The only protocol of URLs, as they have it: `https:`. */
  readonly protocol: string;
  /** The addresses of a name, at least one; rejects with an error that has a `code`, or with the signal's reason. */
  readonly resolve: (name: string, signal: AbortSignal) => Promise<readonly string[]>;
  /** Whether an address may be connected to. */
  readonly admits: (address: string) => boolean;
  /** A certificate to trust instead of those that Node trusts, in PEM. */
  readonly ca?: string;
  /** How long a request waits, in milliseconds. */
  readonly limits: {
    /** For the addresses of a name, and again for each silence until the connection is ready for the request. */
    readonly connectMs: number;
    /** For each silence after that. */
    readonly silenceMs: number;
    /** For everything, redirects included. */
    readonly wholeMs: number;
  };
}

/** The public internet, by https. */
export const publicNetwork: Network = {
  protocol: 'https:',
  resolve: resolveBy(),
  admits: isPublicAddress,
  limits: { connectMs: 10_000, silenceMs: 30_000, wholeMs: 55_000 },
};

/**
 * Looks names up with the name servers at `addresses`, or with those that this machine is configured for, IPv4 first: a function outside of a
 * dual-stack subnet has no way to IPv6 addresses. Not by the operating system's own look-up: that cannot be given up, and four slow ones
 * hold all of Node's threads, so that one hostile name server would stop the look-ups of every other task in the process.
 */
export function resolveBy(addresses?: readonly string[]): Network['resolve'] {
  return async (name, signal) => {
    signal.throwIfAborted();
    const resolver = new Resolver({ timeout: 2000, tries: 2 });
    if (addresses !== undefined) resolver.setServers(addresses);
    const cancel = (): void => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
      signal.throwIfAborted();
      const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      if (found.length > 0) return found;
      throw answers.find((answer) => answer.status === 'rejected')?.reason;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
}
