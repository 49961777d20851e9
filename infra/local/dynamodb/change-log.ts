import { isDeepStrictEqual } from 'node:util';

import { openJournal } from './journal.ts';
import type { WireItem } from './wire-content.ts';

/** Which images of an item the records of a stream hold. */
export type StreamView = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/** One write to an item of a table; an image is absent where the item is not there. */
export interface Change {
  /** Grows from change to change. */
  readonly number: number;
  readonly atMs: number;
  readonly view: StreamView;
  readonly key: WireItem;
  readonly before?: WireItem | undefined;
  readonly after?: WireItem | undefined;
  /** Its time to live took the item away. */
  readonly expired?: boolean | undefined;
}

/**
 * The changes of a table that its reader has not passed yet, oldest first, for 24 hours. In a file a change outlives the process from
 * before it is made; in memory nothing does.
 */
export interface ChangeLog {
  /** What changes are noted with; nothing while none are noted. */
  view: StreamView | undefined;
  /** The last change that the reader is done with, once there is a reader. */
  readonly passed: number | undefined;
  /** The last change that was begun. */
  readonly last: number;
  /** Notes a change before it is made; end it, or no later one is told. Answers its number, or nothing when none are noted. */
  begin(intended: Pick<Change, 'key' | 'before' | 'expired'>): number | undefined;
  /** Notes what the item is after the change. When it is what it was before, nothing has changed, and nothing is told. */
  end(number: number, after: WireItem | undefined): void;
  /** Those that have begun and not ended, as a death leaves them. */
  begun(): readonly Change[];
  /** Those that have ended, up to the first that has not. */
  ended(): Iterable<Change>;
  /** Forgets a change and all before it. */
  pass(number: number): void;
  close(): void;
}

/** As long as a stream of DynamoDB keeps its records. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** What a line of the file says: one thing, but for the first of a file written anew. */
interface Line {
  readonly view?: StreamView | null;
  readonly last?: number;
  readonly passed?: number | undefined;
  readonly begun?: Change;
  readonly ended?: Pick<Change, 'number' | 'after'>;
  readonly dropped?: number;
  /** One that has begun and ended. */
  readonly whole?: Change;
}

/** Opens the log of a file, or of the memory. @throws Error when the file is damaged. */
export function openChangeLog(file: string | undefined, now: () => number): ChangeLog {
  const opened = file === undefined ? undefined : openJournal<Line>(file);
  const journal = opened?.journal;
  const changes = new Map<number, { readonly change: Change; readonly isEnded: boolean }>();
  let view: StreamView | undefined;
  let passed: number | undefined;
  let last = 0;

  const dropWhile = (isGone: (change: Change) => boolean): void => {
    for (const [number, { change, isEnded }] of changes) {
      if (!isEnded || !isGone(change)) return;
      changes.delete(number);
    }
  };
  const dropOld = (nowMs: number): void => dropWhile(({ atMs }) => atMs < nowMs - KEPT_MS);
  const apply = (line: Line): void => {
    if (line.view !== undefined) view = line.view ?? undefined;
    if (line.last !== undefined) last = line.last;
    if (line.begun !== undefined) {
      last = line.begun.number;
      changes.set(last, { change: line.begun, isEnded: false });
    }
    if (line.ended !== undefined) {
      const { number, after } = line.ended;
      const begun = changes.get(number);
      if (begun !== undefined) changes.set(number, { change: { ...begun.change, after }, isEnded: true });
    }
    if (line.whole !== undefined) changes.set(line.whole.number, { change: line.whole, isEnded: true });
    if (line.dropped !== undefined) changes.delete(line.dropped);
    if (line.passed !== undefined) {
      const done = line.passed;
      passed = done;
      dropWhile(({ number }) => number <= done);
    }
  };
  const snapshot = (): Line[] => [
    { view: view ?? null, last, passed },
    ...[...changes.values()].map(({ change, isEnded }) => (isEnded ? { whole: change } : { begun: change })),
  ];
  const note = (line: Line): void => {
    apply(line);
    journal?.append(line);
    journal?.compact(snapshot);
  };
  for (const line of opened?.lines ?? []) apply(line);

  return {
    get view() {
      return view;
    },
    set view(wanted) {
      note({ view: wanted ?? null });
    },
    get passed() {
      return passed;
    },
    get last() {
      return last;
    },
    begin(intended) {
      if (view === undefined) return undefined;
      const atMs = now();
      dropOld(atMs);
      const line = { begun: { number: last + 1, atMs, view, ...intended } };
      // What cannot be noted must not be made, so it counts only once it is in the file.
      journal?.append(line);
      apply(line);
      return line.begun.number;
    },
    end(number, after) {
      const begun = changes.get(number);
      if (begun === undefined) return;
      const isSame = isDeepStrictEqual(begun.change.before, after);
      note(isSame ? { dropped: number } : { ended: { number, after } });
    },
    begun: () => [...changes.values()].filter(({ isEnded }) => !isEnded).map(({ change }) => change),
    *ended() {
      dropOld(now());
      for (const { change, isEnded } of changes.values()) {
        if (!isEnded) return;
        yield change;
      }
    },
    pass: (number) => note({ passed: number }),
    close: () => journal?.close(),
  };
}
