import type { BackgroundWork } from '../background-work.ts';
import type { Clock } from '../clock.ts';
import type { Backlog, BacklogEntry } from './open-backlog.ts';

/** How a try ended: the entry is done with, is to be tried again (and this try counts), or stays as if it had not been touched (at a stop only). */
export type TryOutcome = 'done' | 'untouched' | { readonly againAtMs: number };

/** Whose entries are worked off, and how. */
export interface WorkOffOptions {
  readonly backlog: Backlog;
  /** Reads well behind "could not". */
  readonly receiver: string;
  /** Entries at once, at most. */
  readonly atOnce: number;
  readonly clock: Clock;
  readonly print: (line: string) => void;
  /** Resolves when there is room for one more, or the signal aborts; absent: there always is. */
  readonly whenFree?: (signal: AbortSignal) => Promise<void>;
  /** Does it. What it throws is printed, and the entry is tried again, uncounted, after a minute. The signal aborts at the stop. */
  readonly attempt: (entry: BacklogEntry, signal: AbortSignal) => Promise<TryOutcome>;
}

const PAUSE_AFTER_THROW_MS = 60_000;

/** Does what a backlog holds for a receiver, oldest first, as it falls due. After a stop, or a death, the next one goes on with it. */
export function workOff(options: WorkOffOptions): BackgroundWork {
  const { backlog, receiver, atOnce, clock, print, whenFree, attempt } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Map<string, Promise<void>>();
  let waiting = new AbortController();
  const wake = (): void => waiting.abort();
  backlog.onAdded(receiver, wake);

  const work = async (entry: BacklogEntry): Promise<void> => {
    try {
      const outcome = await attempt(entry, signal);
      if (outcome === 'done') backlog.remove(entry.id);
      else if (outcome !== 'untouched') backlog.postpone(entry.id, outcome.againAtMs, entry.tries + 1);
    } catch (error) {
      print(`Could not ${receiver}: ${String(error)} (trying again in a minute)`);
      backlog.postpone(entry.id, clock.now() + PAUSE_AFTER_THROW_MS, entry.tries);
    }
  };
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      while (running.size >= atOnce) await Promise.race(running.values());
      await whenFree?.(signal);
      if (signal.aborted) return;
      waiting = new AbortController();
      const next = backlog.first(receiver, running.size + 1).find(({ id }) => !running.has(id));
      const waitMs = (next?.dueMs ?? Number.POSITIVE_INFINITY) - clock.now();
      if (next === undefined || waitMs > 0) {
        await clock.sleep(waitMs, waiting.signal);
        continue;
      }
      const attempted = work(next).finally(() => {
        running.delete(next.id);
        wake();
      });
      running.set(next.id, attempted);
    }
  };
  const looping = loop();

  return {
    stop() {
      stopping.abort();
      wake();
    },
    async settled() {
      await Promise.all(running.values());
      await looping;
      await Promise.all(running.values());
    },
  };
}
