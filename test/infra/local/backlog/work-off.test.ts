import { expect, onTestFinished, test } from 'vitest';
import {
  openBacklog,
  type Backlog,
  type BacklogEntry,
} from '../../../../infra/local/backlog/open-backlog.ts';
import type { BackgroundWork } from '../../../../infra/local/background-work.ts';
import { workOff, type TryOutcome } from '../../../../infra/local/backlog/work-off.ts';
import { createManualClock, type ManualClock } from '../../../fakes/manual-clock.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

type Attempt = (entry: BacklogEntry, signal: AbortSignal) => Promise<TryOutcome>;

interface Bench {
  readonly backlog: Backlog;
  readonly clock: ManualClock;
  readonly lines: readonly string[];
  readonly add: (...contents: string[]) => void;
  readonly work: (attempt: Attempt, atOnce?: number) => BackgroundWork;
}

function bench(directory?: string): Bench {
  const backlog = openBacklog(directory);
  onTestFinished(() => backlog.close());
  const clock = createManualClock();
  const lines: string[] = [];
  return {
    backlog,
    clock,
    lines,
    add: (...contents) =>
      backlog.add(
        contents.map((content) => ({ receiver: 'deliver', content })),
        clock.now(),
      ),
    work(attempt, atOnce = 1) {
      const print = (line: string): void => void lines.push(line);
      const worker = workOff({ backlog, receiver: 'deliver', atOnce, clock, print, attempt });
      onTestFinished(() => worker.stop());
      return worker;
    },
  };
}

test('works off what is there and what comes, in order, and only its own', async () => {
  const { backlog, clock, add, work } = bench();
  const done: string[] = [];
  add('a', 'b');
  backlog.add([{ receiver: 'somebody else', content: 'x' }], clock.now());
  work(async ({ content }) => {
    done.push(content);
    return 'done';
  });
  await clock.advance(0);
  add('c');
  await clock.advance(0);
  expect(done).toEqual(['a', 'b', 'c']);
  expect(backlog.first('deliver', 9)).toEqual([]);
  expect(backlog.first('somebody else', 9)).toHaveLength(1);
});

test('tries again when it is due, counts the tries, and does others meanwhile', async () => {
  const { clock, add, work } = bench();
  const start = clock.now();
  const tries: [string, number, number][] = [];
  add('bad', 'good');
  work(async ({ content, tries: before, sinceMs }) => {
    expect(sinceMs).toBe(start);
    tries.push([content, before, clock.now() - start]);
    return content === 'bad' && before < 2 ? { againAtMs: clock.now() + 60_000 } : 'done';
  });
  await clock.advance(300_000);
  expect(tries).toEqual([
    ['bad', 0, 0],
    ['good', 0, 0],
    ['bad', 1, 60_000],
    ['bad', 2, 120_000],
  ]);
});

test('does as much at once as it may', async () => {
  const { clock, add, work } = bench();
  const busy = Promise.withResolvers<TryOutcome>();
  const begun: string[] = [];
  add('a', 'b', 'c');
  work(async ({ content }) => {
    begun.push(content);
    return busy.promise;
  }, 2);
  await clock.advance(0);
  expect(begun).toEqual(['a', 'b']);
  busy.resolve('done');
  await clock.advance(0);
  expect(begun).toEqual(['a', 'b', 'c']);
});

test('keeps what throws, says why, and tries it again after a minute without counting', async () => {
  const { clock, add, work, lines } = bench();
  const tries: number[] = [];
  add('a');
  work(async (entry) => {
    tries.push(entry.tries);
    if (tries.length === 1) throw new Error('no luck');
    return 'done';
  });
  await clock.advance(59_999);
  expect(tries).toEqual([0]);
  expect(lines).toEqual(['Could not deliver: Error: no luck (trying again in a minute)']);
  await clock.advance(1);
  expect(tries).toEqual([0, 0]);
});

test('leaves to the next process what it has not begun, and what the stop cut off', async () => {
  const directory = temporaryDirectory();
  const first = bench(directory);
  first.add('cut off', 'not begun');
  const worker = first.work(async (_, signal) => {
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    return 'untouched';
  });
  await first.clock.advance(0);
  worker.stop();
  await worker.settled();
  const second = bench(directory);
  const done: [string, number][] = [];
  second.work(async ({ content, tries }) => {
    done.push([content, tries]);
    return 'done';
  });
  await second.clock.advance(0);
  expect(done).toEqual([
    ['cut off', 0],
    ['not begun', 0],
  ]);
});
