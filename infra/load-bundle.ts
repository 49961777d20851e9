import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What a bundle exports. Its code runs in this process, anew each time. @throws whatever it throws */
export function loadBundle(file: string): unknown {
  const require = createRequire(import.meta.url);
  const path = realpathSync(file);
  try {
    return require(path);
  } finally {
    // The same path may hold another bundle at the next synth in this process.
    Reflect.deleteProperty(require.cache, path);
  }
}
