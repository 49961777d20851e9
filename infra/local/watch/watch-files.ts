import { watch, type FSWatcher } from 'node:fs';
import path from 'node:path';

/** Watches the directories of files, not the files: an editor that saves by renaming leaves a watched file behind. */
export interface FileWatcher {
  /** From now on watches the directories of these files, and no others. */
  follow(files: readonly string[]): void;
  close(): void;
}

/** Calls `onChange` with the path of each file that changes, comes or goes in a watched directory; more than once for one save. */
export function watchFiles(onChange: (file: string) => void): FileWatcher {
  const watchers = new Map<string, FSWatcher>();

  const open = (directory: string): FSWatcher =>
    watch(directory, { persistent: false }, (_event, name) => {
      if (name !== null) onChange(path.join(directory, name));
    })
      // The directory is gone; what needed it will not bundle, and says so.
      .on('error', () => {});

  return {
    follow(files) {
      const wanted = new Set(files.map((file) => path.dirname(file)));
      for (const [directory, watcher] of watchers) {
        if (wanted.has(directory)) continue;
        watcher.close();
        watchers.delete(directory);
      }
      for (const directory of wanted) {
        if (!watchers.has(directory)) watchers.set(directory, open(directory));
      }
    },
    close() {
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}
