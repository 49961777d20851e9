import type { ListScope } from '../../shared/task/list-cursor.ts';
import { isExpired } from '../../shared/task/task-row.ts';
import { hasFinalStatus } from '../../shared/task/task.ts';
import type { ListedTask } from '../../shared/task/task.ts';
import { MAX_INDEX_LAG_MS, MAX_READ_LAG_MS } from './table.ts';
import type { KnownTask } from './watch-rows.ts';
import type { World } from './world.ts';

/** Checks what somebody is shown who follows the cursors of a list. */
interface ListWatcher {
  /** A page of at most `limit` tasks, asked for at `askedAt` by true time, shows `tasks`. */
  onPage(tasks: readonly ListedTask[], limit: number, askedAt: number): void;
  /** The list has ended. */
  onEnd(): void;
}

/** Makes one, for a list that begins now. */
export function watchList({ engine, faults, recorder, watcher }: World, scope: ListScope): ListWatcher {
  const begunAt = engine.now();
  const skew = faults.skewBoundMs;
  /** The nonces of the ended tasks that were shown. */
  const shown = new Set<string>();
  let lastEnd = Number.POSITIVE_INFINITY;
  let isEnding = false;

  function onTask(task: ListedTask, askedAt: number): void {
    const { id, tenant, createdAt, activeStatus, action } = task;
    recorder.check(
      'I9',
      tenant === scope.tenant,
      id,
      () => `a list of ${scope.tenant} shows a task of ${tenant}`,
    );
    const isAskedFor =
      (scope.finalStatus ?? task.finalStatus) === task.finalStatus &&
      (scope.activeStatus ?? activeStatus) === activeStatus &&
      (scope.action ?? action) === action;
    recorder.check('I19', isAskedFor, id, () => 'a list shows what was not asked for');
    const known = [...watcher.tasks.values()].find(
      ({ key, createdAt: at }) => key.id === id && key.tenant === tenant && at === createdAt,
    );
    recorder.check('I17', known !== undefined, id, () => 'a list shows a task that was never created');
    if (known === undefined) return;
    if (hasFinalStatus(task)) return onEnded(known, task.finalStatus, task.stoppedAt, askedAt);
    recorder.check('I19', !isEnding, id, () => 'a list shows an open task behind ended ones');
    const openUntil = known.final?.at ?? engine.now();
    recorder.check(
      'I11',
      openUntil >= askedAt - MAX_READ_LAG_MS,
      id,
      () => 'a list shows an ended task as open',
    );
  }

  function onEnded(
    { key: { id }, nonce, final }: KnownTask,
    status: string,
    stoppedAt: number,
    askedAt: number,
  ) {
    recorder.check(
      'I11',
      status === final?.status,
      id,
      () => `a list shows ${status} of a task that is ${final?.status}`,
    );
    const isGone = final !== undefined && isExpired(final.row, askedAt - skew);
    recorder.check('I17', !isGone, id, () => 'a list shows an expired task');
    recorder.check('I19', !shown.has(nonce), id, () => 'a list shows an ended task twice');
    recorder.check('I19', stoppedAt <= lastEnd, id, () => 'a list shows a later end after an earlier one');
    shown.add(nonce);
    lastEnd = stoppedAt;
    isEnding = true;
  }

  /** Whether the index told of the end before the list began, and the task was there until now. */
  function mustBeShown({ key, final }: KnownTask): boolean {
    return (
      key.tenant === scope.tenant &&
      final !== undefined &&
      scope.activeStatus !== 'started' &&
      (scope.finalStatus ?? final.status) === final.status &&
      (scope.action ?? final.row.action) === final.row.action &&
      final.at < begunAt - MAX_INDEX_LAG_MS &&
      !isExpired(final.row, engine.now() + skew)
    );
  }

  return {
    onPage(tasks, limit, askedAt) {
      recorder.check(
        'I19',
        tasks.length <= limit,
        '',
        () => `a page of ${limit} shows ${tasks.length} tasks`,
      );
      for (const task of tasks) onTask(task, askedAt);
    },
    onEnd() {
      for (const known of watcher.tasks.values()) {
        const isMissing = mustBeShown(known) && !shown.has(known.nonce);
        recorder.check(
          'I19',
          !isMissing,
          known.key.id,
          () => 'a list has ended without a task that is there',
        );
      }
    },
  };
}
