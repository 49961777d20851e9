import { extname, join } from 'node:path';
import { bundle } from './bundle.ts';

const FUNCTIONS = join(import.meta.dirname, '../functions');
/** The handlers are sources where this is one, and built where this is. */
const EXTENSION = extname(import.meta.filename);

/** Directories of the functions' bundles. */
export interface FunctionBundles {
  readonly api: string;
  readonly worker: string;
  readonly status: string;
  readonly reconciler: string;
  readonly events: string;
}

/**
 * Bundles the registry alone, as the api function gets it, below `directory`, and answers the file: it is looked at before the
 * functions are bundled, whose errors would name our sources for a fault of the registry's.
 * @throws ConfigurationError naming file, line and fault when a source cannot be bundled.
 */
export function bundleRegistry(actions: string, directory: string): string {
  const outdir = join(directory, 'registry');
  bundle({ entryPoints: { registry: actions }, actions, outdir, weight: 'light' });
  return join(outdir, 'registry/index.cjs');
}

/**
 * Bundles the functions into `directory`. Only the worker runs actions, so everything else gets the light kind of bundle.
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
      events: handlerOf('events'),
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
    events: join(light, 'events'),
  };
}

function handlerOf(name: string): string {
  return join(FUNCTIONS, name, `handler${EXTENSION}`);
}
