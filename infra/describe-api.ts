import { writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { bundle } from './bundle.ts';
import { ConfigurationError } from './configuration-error.ts';
import { loadBundle } from './load-bundle.ts';

/** A source where this is one, and built where this is. */
const DESCRIPTION = join(import.meta.dirname, `../shared/http/openapi/entry${extname(import.meta.filename)}`);

/**
 * Makes the OpenAPI document of an API with these actions, and puts it as `openapi.json` into a function's bundle, which serves it as
 * it is: what makes it would cost every cold start.
 * @param directory where bundles are made.
 * @throws ConfigurationError when the actions cannot be described.
 */
export function describeApi(actions: string, directory: string, into: string): void {
  const outdir = join(directory, 'description');
  bundle({ entryPoints: { description: DESCRIPTION }, actions, outdir, weight: 'light' });
  const exported = loadBundle(join(outdir, 'description/index.cjs'));
  const isDescribed = typeof exported === 'object' && exported !== null && 'document' in exported;
  if (!isDescribed || typeof exported.document !== 'string') {
    throw new ConfigurationError(
      `${actions} has actions that cannot be described; make them with defineAction.`,
    );
  }
  writeFileSync(join(into, 'openapi.json'), exported.document);
}
