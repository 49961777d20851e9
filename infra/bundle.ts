import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import type { Message } from 'esbuild';
import { ConfigurationError } from './configuration-error.ts';

const LAMBDA_CREDENTIALS = sharedSource('aws/lambda-credentials');
const PLAIN_ENDPOINTS = sharedSource('aws/plain-endpoints');
/** What stands in for parts of the SDK in light bundles, and the originals that stand-ins take the rest from. */
const STAND_INS = {
  '@aws-sdk/middleware-endpoint-discovery': PLAIN_ENDPOINTS,
  '@aws-sdk/core/account-id-endpoint': PLAIN_ENDPOINTS,
  '@smithy/core/config': sharedSource('aws/environment-settings'),
  '#sdk-config': smithySource('config'),
  '@smithy/core/checksum': sharedSource('aws/node-hashes'),
  '#sdk-checksum': smithySource('checksum'),
};
const LEFT_OUT = ['*.run', '*.run.ts', '*.run.js', '@smithy/core/event-streams'];

/** What to bundle. */
export interface BundleOptions {
  /** Source file of each bundle, by the bundle's name. */
  readonly entryPoints: Readonly<Record<string, string>>;
  /** The registry, which every import of `#actions` gets. */
  readonly actions: string;
  /** Replaced as a whole; each bundle is `<name>/index.cjs` in it, with its source map beside it. */
  readonly outdir: string;
  /**
   * Whether a bundle carries everything, as the worker's must, or only what answering a request takes. What a light one leaves
   * out fails when it is imported: the `*.run.ts` files, heavy halves of actions, and event streams, 19 KiB of the SDK that neither
   * DynamoDB nor SQS uses. Where other parts of it do more than a function needs, smaller ones stand in for them.
   */
  readonly weight: 'full' | 'light';
}

/**
 * Bundles functions for Lambda, minified, as CommonJS: an ES module that imports `node:http` loads undici, which costs every cold
 * start 34 ms. The SDK's search for credentials is replaced by a look at the environment, where Lambda puts them: it is a
 * third of the modules that a function would load, and passing credentials to a client does not remove it.
 * @throws ConfigurationError naming file, line and fault when a source cannot be bundled.
 */
export function bundle(options: BundleOptions): void {
  rmSync(options.outdir, { recursive: true, force: true });
  const entries = Object.entries(options.entryPoints);
  try {
    buildSync({
      entryPoints: Object.fromEntries(entries.map(([name, file]) => [`${name}/index`, file])),
      outdir: options.outdir,
      outExtension: { '.js': '.cjs' },
      bundle: true,
      format: 'cjs',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      minify: true,
      legalComments: 'none',
      sourcemap: 'external',
      external: options.weight === 'full' ? [] : LEFT_OUT,
      alias: {
        '#actions': options.actions,
        '@aws-sdk/credential-provider-node': LAMBDA_CREDENTIALS,
        ...(options.weight === 'light' && STAND_INS),
      },
      // It would be undefined in CommonJS, and that would show in production only.
      logOverride: { 'empty-import-meta': 'error' },
      logLevel: 'silent',
    });
  } catch (error) {
    throw bundleError(error, entries.map(([, file]) => file).join(', '));
  }
}

/** A module of ours, as source where this is one, and built where this is. */
function sharedSource(name: string): string {
  return join(import.meta.dirname, `../shared/${name}${extname(import.meta.filename)}`);
}

/** A module of the SDK's foundation as ES source, past the names that the package exports; only the SDK need be able to import it. */
function smithySource(name: string): string {
  const sdk = createRequire(createRequire(import.meta.url).resolve('@aws-sdk/client-dynamodb'));
  return join(dirname(sdk.resolve('@smithy/core/package.json')), `dist-es/submodules/${name}/index.js`);
}

function bundleError(error: unknown, sources: string): ConfigurationError {
  const [first, ...others] = messagesOf(error);
  if (first === undefined) {
    return new ConfigurationError(`Cannot bundle ${sources}: esbuild stopped without saying why.`, {
      cause: error,
    });
  }
  const { location } = first;
  const place =
    location === null
      ? sources
      : `${relative(process.cwd(), resolve(location.file))}:${location.line}:${location.column + 1}`;
  const more = others.length === 0 ? '' : ` (and ${others.length} more like it)`;
  return new ConfigurationError(
    `Cannot bundle ${place}: ${withoutStop(first.text)}${more}; correct the file, and synthesize again.`,
  );
}

/** esbuild throws an Error with its messages in `errors`. */
function messagesOf(error: unknown): readonly Message[] {
  if (error instanceof Error && 'errors' in error && Array.isArray(error.errors)) return error.errors;
  return [];
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}
