import path from 'node:path';
import type { Assembly, Synthesizer } from './start-synthesizer.ts';
import { watchFiles } from './watch-files.ts';

/** What a reloader works with. */
export interface ReloadParts {
  readonly synthesizer: Pick<Synthesizer, 'synthesize'>;
  /** What runs now. */
  readonly assembly: Assembly;
  /** Puts a new assembly's code in place; answers the names of the functions that it changed. Throws one sentence when it cannot. */
  readonly replaceCode: (assemblyDirectory: string) => readonly string[];
  readonly print: (line: string) => void;
}

/** A save is often several writes, and "save all" several saves. */
const SETTLE_MS = 100;
const SECOND_MS = 1000;

/**
 * Puts the code of edited sources in place while everything goes on, until the returned function is called. What cannot be
 * bundled, or is no set of actions, is told in one sentence, and the code stays as it was until the next save.
 */
export function reloadOnChange({ synthesizer, assembly, replaceCode, print }: ReloadParts): () => void {
  let sources = filesOf(assembly);
  /** After a fault any file may mend it: one that a new import names is no source yet. */
  let failed = false;
  let changed = new Set<string>();
  let settling: NodeJS.Timeout | undefined;
  let reloading = false;
  let stopped = false;

  const watcher = watchFiles((file) => {
    if (!failed && !sources.has(file)) return;
    changed.add(file);
    clearTimeout(settling);
    settling = setTimeout(() => void reload(), SETTLE_MS);
  });
  watcher.follow([...sources]);

  async function reload(): Promise<void> {
    // What changes meanwhile is taken up at the end.
    if (reloading) return;
    reloading = true;
    while (changed.size > 0) await reloadOnce();
    reloading = false;
  }

  async function reloadOnce(): Promise<void> {
    const files = [...changed];
    const names = files.map((file) => path.relative(process.cwd(), file)).join(', ');
    changed = new Set();
    if (stopped) return;
    const startMs = performance.now();
    try {
      const next = await synthesizer.synthesize(files);
      if (stopped) return;
      const labels = replaceCode(next.directory);
      sources = filesOf(next);
      watcher.follow([...sources]);
      failed = false;
      const seconds = ((performance.now() - startMs) / SECOND_MS).toFixed(1);
      print(`reloaded ${names} (${seconds} s): ${labels.join(', ') || 'no function is another now'}`);
    } catch (error) {
      failed = true;
      if (!stopped) print(`not reloaded: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  return () => {
    stopped = true;
    clearTimeout(settling);
    watcher.close();
  };
}

function filesOf({ sources, appFiles }: Assembly): Set<string> {
  return new Set([...sources, ...appFiles]);
}
