import type { Clock } from './clock.ts';
import { TaskNotFoundError } from './errors.ts';
import { readTask } from './fetch-task.ts';
import type { Random } from './random.ts';
import type { TaskStorage } from './storage.ts';
import type { TaskRow } from './task-row.ts';
import { hasFinalStatus } from './task.ts';
import type { Task, TaskKey } from './task.ts';

/** What waiting needs. */
export interface WaitDependencies {
  readonly storage: TaskStorage;
  readonly clock: Clock;
  readonly random: Random;
  /** The first pause; the following ones grow with the square of their number, up to 20 times the first. */
  readonly waitSleepMs: number;
}

/** The bounds of a wait. */
export interface WaitOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The longest pause, in first pauses. With 50 ms it is 1 s, beyond which a caller feels the delay. */
const LONGEST_PAUSE = 20;
/** Pauses are drawn within this much of their length, so that a thousand waiters do not look at once. */
const JITTER = 0.2;

/**
 * Looks at once, then again after growing, jittered pauses, until the task has a final status, the time is over or
 * `signal` aborts. Whichever comes first, it returns the task as it is then.
 * @throws TaskNotFoundError when there is no such task.
 */
export async function waitForFinalStatus(
  dependencies: WaitDependencies,
  key: TaskKey,
  { timeoutMs, signal }: WaitOptions,
): Promise<Task> {
  const { storage, clock } = dependencies;
  const until = clock.now() + timeoutMs;
  let row = await storage.get(key, { now: clock.now() });
  let confirmed = true;
  for (let look = 1; row !== undefined && !hasFinalStatus(row); look += 1) {
    const left = until - clock.now();
    // Not `left <= 0`: a wait of NaN milliseconds is over as well.
    if (!(left > 0) || signal?.aborted === true) break;
    await clock.sleep(Math.min(pauseMs(dependencies, look), left), signal);
    row = await poll(dependencies, key, row);
    confirmed = false;
  }
  if (!confirmed && row !== undefined && !hasFinalStatus(row))
    row = await storage.get(key, { now: clock.now() });
  if (row === undefined) throw new TaskNotFoundError(key.id);
  return readTask(storage, row);
}

function pauseMs({ random, waitSleepMs }: WaitDependencies, look: number): number {
  const length = waitSleepMs * Math.min(look * look, LONGEST_PAUSE);
  return length * (1 - JITTER + 2 * JITTER * random.fraction());
}

/** An eventual read may not show the row yet, and one that fails tells nothing: the next look, or the last, will. */
async function poll(
  { storage, clock }: WaitDependencies,
  key: TaskKey,
  seen: TaskRow,
): Promise<TaskRow | undefined> {
  try {
    const now = clock.now();
    return (await storage.get(key, { now, eventual: true })) ?? (await storage.get(key, { now }));
  } catch {
    return seen;
  }
}
