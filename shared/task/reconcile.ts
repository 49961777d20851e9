import type { Clock } from './clock.ts';
import { reasonOf } from './errors.ts';
import { INDEX_SHARDS } from './limits.ts';
import { contextTaskId } from './logger.ts';
import type { Logger } from './logger.ts';
import { lookAtTask } from './look-at-task.ts';
import { bump, endLooked } from './operations.ts';
import type { TaskQueue } from './queue.ts';
import type { Random } from './random.ts';
import type { OpenEntry, TaskStorage } from './storage.ts';
import type { TaskKey } from './task.ts';

/** What the clock's look at open tasks needs. */
export interface ReconcileDependencies {
  readonly storage: TaskStorage;
  readonly queue: Pick<TaskQueue, 'send' | 'countWaiting'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly retentionMs: number;
  /** Called for every task that a look has ended. */
  onEnded?(task: TaskKey): void;
}

/** What one look has done. */
export interface Reconciled {
  /** Tasks looked at. */
  readonly looked: number;
  /** Tasks ended: cancelled, or past their deadline. */
  readonly ended: number;
  /** Tasks sent to the queue again. */
  readonly sent: number;
  /** Whether every task whose time had come was looked at. */
  readonly complete: boolean;
}

/** Tasks read from a shard at once, and worked on at once. */
const PAGE = 25;

/**
 * Looks at every open task whose time for a look has come, oldest first, until `endsAt`: ends what nobody else will end, sends
 * again what may have been lost, and moves every one's next look on, so that long tasks do not starve lost ones. Two at
 * once do no harm: each write holds only for the look that it saw. It throws nothing for a single task that
 * cannot be read or written; the next look finds it again.
 * @throws UnavailableError when the index cannot be read; why is in the log.
 */
export async function reconcile(dependencies: ReconcileDependencies, endsAt: number): Promise<Reconciled> {
  try {
    return await lookAtAll(dependencies, endsAt);
  } catch (error) {
    dependencies.logger.error('open tasks could not be looked at; they are looked at again in a minute', {
      error: reasonOf(error),
    });
    throw error;
  }
}

async function lookAtAll(dependencies: ReconcileDependencies, endsAt: number): Promise<Reconciled> {
  const { storage, clock, random } = dependencies;
  const until = clock.now();
  const backlog = await hasBacklog(dependencies);
  const total = { looked: 0, ended: 0, sent: 0 };
  // Begins at another shard each time, so that none is always the one that the time does not suffice for.
  const first = Math.floor(random.fraction() * INDEX_SHARDS);
  let places: readonly Place[] = Array.from({ length: INDEX_SHARDS }, (_, index) => ({
    shard: (first + index) % INDEX_SHARDS,
    after: undefined,
  }));
  while (places.length > 0) {
    const unfinished: Place[] = [];
    for (const { shard, after } of places) {
      if (clock.now() >= endsAt) return { ...total, complete: false };
      // Page by page from where the last one ended: rows that stay, or an index that lags, hold up nothing behind them.
      const page = await storage.listOpen(shard, { until, limit: PAGE, after });
      for (const result of await Promise.all(page.map((entry) => look(dependencies, entry, backlog)))) {
        total.looked += 1;
        if (result !== undefined) total[result] += 1;
      }
      if (page.length === PAGE) unfinished.push({ shard, after: page.at(-1) });
    }
    places = unfinished;
  }
  return { ...total, complete: true };
}

/** A shard that is not read to its end, and the entry that was read last. */
interface Place {
  readonly shard: number;
  readonly after: OpenEntry | undefined;
}

/** With a backlog, the messages of tasks that were never begun are in it; sending them again would only lengthen it. */
async function hasBacklog({ queue, logger }: ReconcileDependencies): Promise<boolean> {
  try {
    return (await queue.countWaiting()) > 0;
  } catch (error) {
    logger.warn('the queue did not tell whether messages wait; it is taken for empty', {
      error: reasonOf(error),
    });
    return false;
  }
}

async function look(
  dependencies: ReconcileDependencies,
  entry: OpenEntry,
  backlog: boolean,
): Promise<'ended' | 'sent' | undefined> {
  const { storage, queue, clock, logger, retentionMs } = dependencies;
  try {
    // The index lags; only the row itself is true.
    const row = await storage.get(entry, { now: clock.now() });
    if (row?.lookAt === undefined || row.lookAt > clock.now()) return undefined;
    const now = clock.now();
    const decision = lookAtTask(row, now, backlog);
    if ('outcome' in decision) {
      const seen = { lookAt: row.lookAt, attempt: row.attempt };
      const change = endLooked(seen, decision.outcome, { now, retentionMs });
      const { applied } = await storage.update(row, change);
      if (!applied) return undefined;
      dependencies.onEnded?.(row);
      logger.warn(`task ended by the clock: ${decision.outcome.finalStatus}`, {
        [contextTaskId]: row.id,
        action: row.action,
      });
      return 'ended';
    }
    const { applied } = await storage.update(
      row,
      bump(row.lookAt, decision.lookAt, decision.send !== undefined),
    );
    if (!applied || decision.send === undefined) return undefined;
    await queue.send(row, { ...decision.send, traceparent: row.traceparent });
    logger.info('task sent again', {
      [contextTaskId]: row.id,
      action: row.action,
      dispatches: row.dispatches + 1,
    });
    return 'sent';
  } catch (error) {
    logger.error('the clock could not look at a task; it looks again', {
      [contextTaskId]: entry.id,
      error: reasonOf(error),
    });
    return undefined;
  }
}
