import { extname, join } from 'node:path';
import { bundle } from './bundle.ts';

const FUNCTIONS = join(import.meta.dirname, '../functions');
/** The handlers are sources where this is one, and built where this is. */
const EXTENSION = extname(import.meta.filename);

/** Directories of the functions' bundles, and the registry's own bundle. */
export interface FunctionBundles {
  readonly api: string;
  readonly worker: string;
  readonly status: string;
  readonly reconciler: string;
  /** File of the registry alone, bundled as the api function gets it. */
  readonly registry: string;
}

/**
 * Bundles the functions and the registry into `directory`. Only the worker runs actions, so
 * everything else gets the light kind of bundle.
 * @throws ConfigurationError naming file, line and fault when a source cannot be bundled.
 */
export function bundleFunctions(actions: string, directory: string): FunctionBundles {
  const light = join(directory, 'light');
  const full = join(directory, 'full');
  bundle({
    entryPoints: {
      api: handlerOf('api'),
      status: handlerOf('status'),
      reconciler: handlerOf('reconciler'),
      registry: actions,
    },
    actions,
    outdir: light,
    weight: 'light',
  });
  bundle({ entryPoints: { worker: handlerOf('worker') }, actions, outdir: full, weight: 'full' });
  return {
    api: join(light, 'api'),
    worker: join(full, 'worker'),
    status: join(light, 'status'),
    reconciler: join(light, 'reconciler'),
    registry: join(light, 'registry/index.cjs'),
  };
}

function handlerOf(name: string): string {
  return join(FUNCTIONS, name, `handler${EXTENSION}`);
}
