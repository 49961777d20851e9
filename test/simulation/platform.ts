import { createReconciler } from '../../functions/reconciler/reconciler.ts';
import { createWorker } from '../../functions/worker/worker.ts';
import {
  MAX_RECEIVE_COUNT,
  RECONCILER_INTERVAL_MS,
  RECONCILER_TIMEOUT_SECONDS,
  VISIBILITY_TIMEOUTS,
  WORKER_BATCH_SIZE,
} from '../../shared/task/limits.ts';
import { parseBody } from '../../shared/task/queue.ts';
import type { TaskKey } from '../../shared/task/task.ts';
import { sqsEvent } from '../fakes/lambda-events.ts';
import type { Planned } from './engine.ts';
import { invoke } from './invoke.ts';
import { createMessageQueue } from './message-queue.ts';
import type { Delivered, MessageQueue } from './message-queue.ts';
import { actionsIn } from './sim-actions.ts';
import type { AttemptListener } from './sim-actions.ts';
import type { SimProcess, Universe } from './sim-process.ts';
import type { Table } from './table.ts';
import type { RowWatcher } from './watch-rows.ts';

/** What the platform of a world is made of. */
export interface PlatformParts {
  readonly table: Table;
  readonly watcher: RowWatcher;
  readonly listener: AttemptListener;
  readonly workerTimeoutMs: number;
  readonly retentionMs: number;
}

/** What AWS does for the functions: it feeds workers from the queue, and the reconciler from dead letters and by the clock. */
export interface Platform {
  readonly queue: MessageQueue;
  /** Tells that some open task is to be looked at by then. */
  lookAt(time: number): void;
}

const SCHEDULED = { 'detail-type': 'Scheduled Event' };
const POLL_MS = 100;

/** Starts a platform. */
export function startPlatform(universe: Universe, parts: PlatformParts): Platform {
  const { engine, chance, faults, recorder } = universe;
  const { table, watcher, listener, workerTimeoutMs, retentionMs } = parts;
  const reconcilerMs = RECONCILER_TIMEOUT_SECONDS * 1000;
  const deadLetters = createMessageQueue(universe, {
    visibilityMs: VISIBILITY_TIMEOUTS * reconcilerMs,
    maxReceiveCount: Number.POSITIVE_INFINITY,
    onDead: () => undefined,
    onVisible: (time) => engine.at(time + chance.between(0, POLL_MS), pumpDeadLetters),
  });
  const queue = createMessageQueue(universe, {
    visibilityMs: VISIBILITY_TIMEOUTS * workerTimeoutMs,
    maxReceiveCount: MAX_RECEIVE_COUNT,
    onDead: (body) => deadLetters.send(body, 0),
    onVisible: (time) => engine.at(time + chance.between(0, POLL_MS), pumpWorkers),
  });

  const basics = (process: SimProcess) => ({
    storage: table.storageFor(process),
    clock: process.clock,
    random: process.random,
    logger: process.logger,
    retentionMs,
  });

  function pumpWorkers(): void {
    const away = faults.awayUntil('worker mapping');
    if (away !== undefined) return void engine.at(away, pumpWorkers);
    const batch = queue.receive(chance.between(1, WORKER_BATCH_SIZE));
    if (batch.length === 0 || faults.happens('invocation throttled')) return;
    recorder.watch(work(batch));
  }

  async function work(batch: readonly Delivered[]): Promise<void> {
    const receivedAt = engine.now();
    const invocation = await invoke(universe, 'worker', workerTimeoutMs, (process, context) => {
      const actions = new Map(actionsIn(process, listener).map((action) => [action.name, action]));
      const handler = createWorker({
        ...basics(process),
        queue: queue.queueFor(process),
        findAction: ({ action }) => actions.get(action),
      });
      return handler(batchEvent(batch), context);
    });
    if (invocation.kind !== 'answered') return;
    for (const delivered of acknowledged(batch, invocation.value)) {
      const key = parseBody(delivered.body);
      const isNeedless = key !== undefined && watcher.wasAtRest(key, receivedAt);
      recorder.check(
        'I10',
        isNeedless,
        key?.id ?? '',
        () => 'a worker let go of the message of an open task',
      );
      deleteLater(queue, delivered);
    }
  }

  function pumpDeadLetters(): void {
    const batch = deadLetters.receive(chance.between(1, 10));
    for (const { body } of batch) recorder.cover('dead letter of a task', stateOf(parseBody(body)));
    if (batch.length === 0 || faults.happens('invocation throttled')) return;
    recorder.watch(reconcile(batchEvent(batch), batch));
  }

  function stateOf(key: TaskKey | undefined): string {
    const row = key && table.rowOf(key);
    if (row === undefined) return 'that is not there';
    if (row.finalStatus !== undefined) return 'that has ended';
    if (row.parked) return 'that is parked';
    return row.leaseUntil !== undefined && row.leaseUntil > engine.now() ? 'that is held' : 'that waits';
  }

  async function reconcile(event: unknown, batch: readonly Delivered[]): Promise<void> {
    const invocation = await invoke(universe, 'reconciler', reconcilerMs, (process, context) => {
      const port = queue.queueFor(process);
      const send: typeof port.send = (key, options) => {
        watcher.onSend(process, key);
        return port.send(key, options);
      };
      const dependencies = { ...basics(process), queue: { ...port, send } };
      const handler = createReconciler({ ...dependencies, deadLetters: deadLetters.queueFor(process) });
      return handler(event, context);
    });
    if (invocation.kind !== 'answered' || invocation.value === undefined) return;
    for (const delivered of acknowledged(batch, invocation.value)) deleteLater(deadLetters, delivered);
  }

  function deleteLater(from: MessageQueue, { receipt }: Delivered): void {
    engine.at(engine.now() + chance.between(1, 20), () => from.delete(receipt));
  }

  let tick: Planned | undefined;
  /** The clock strikes every minute; strikes at which nothing is due are left out. */
  function lookAt(time: number): void {
    const earliest = Math.max(engine.now() + 1, time - faults.skewBoundMs);
    const at = Math.ceil(earliest / RECONCILER_INTERVAL_MS) * RECONCILER_INTERVAL_MS;
    if (tick !== undefined && !tick.cancelled && tick.at <= at) return;
    if (tick !== undefined) tick.cancelled = true;
    tick = engine.at(at, strike);
  }

  function strike(): void {
    tick = undefined;
    if (faults.awayUntil('clock') === undefined && !faults.happens('invocation throttled')) {
      recorder.watch(reconcile(SCHEDULED, []));
      if (faults.happens('two reconcilers')) recorder.watch(reconcile(SCHEDULED, []));
    }
    const open = table.keys().flatMap((key) => table.rowOf(key)?.lookAt ?? []);
    if (open.length > 0) lookAt(Math.max(Math.min(...open), engine.now() + 1));
  }

  return { queue, lookAt };
}

function batchEvent(batch: readonly Delivered[]): unknown {
  return sqsEvent(
    batch.map(({ messageId, receipt, body, receiveCount }) => ({
      id: messageId,
      receipt,
      body,
      receiveCount,
    })),
  );
}

/** The messages of a batch that an answer does not report as failed. */
function acknowledged(
  batch: readonly Delivered[],
  { batchItemFailures }: { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] },
): readonly Delivered[] {
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  return batch.filter(({ messageId }) => !failed.has(messageId));
}
