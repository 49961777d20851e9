import { createApi } from '../../functions/api/api.ts';
import { createReconciler } from '../../functions/reconciler/reconciler.ts';
import { createStatus } from '../../functions/status/status.ts';
import { createWorker } from '../../functions/worker/worker.ts';
import type { Action } from '../../shared/task/action.ts';
import { UnavailableError } from '../../shared/task/errors.ts';
import { MAX_RECEIVE_COUNT, RECONCILER_INTERVAL_MS } from '../../shared/task/limits.ts';
import { createMemoryQueue } from '../../shared/task/memory-queue.ts';
import { createMemoryStorage } from '../../shared/task/memory-storage.ts';
import { parseBody } from '../../shared/task/queue.ts';
import type { Delivery, TaskQueue } from '../../shared/task/queue.ts';
import { createRegistry } from '../../shared/task/registry.ts';
import type { TaskStorage } from '../../shared/task/storage.ts';
import { httpEvent, lambdaContext, readResult, scheduleEvent, sqsEvent } from './lambda-events.ts';
import type { TestRequest } from './lambda-events.ts';
import { createManualClock } from './manual-clock.ts';
import { createMemoryDeadEvents } from './memory-dead-events.ts';
import { createMemoryLogger } from './memory-logger.ts';
import { createSeededRandom } from './seeded-random.ts';
import { RETENTION_MS } from './worker-world.ts';

/** How often queues are looked at. */
const STEP_MS = 5000;

/**
 * The functions of the stack, as Lambda, SQS and a schedule invoke them, over a storage and a queue that may be away; time is
 * a test's. A storage that a test brings is behind a wire, where no time passes while an invocation lasts.
 */
export function createFunctionWorld(action: Action, wired?: TaskStorage) {
  const clock = createManualClock();
  const logger = createMemoryLogger();
  const random = createSeededRandom();
  const memory = wired ?? createMemoryStorage();
  const away = new Set<'storage' | 'queue'>();
  const queue = createMemoryQueue({ clock, visibilitySeconds: 1800 });
  const deadLetters = createMemoryQueue({ clock, visibilitySeconds: 300 });
  const registry = createRegistry([action]);
  const ports = {
    storage: reachable('storage', memory),
    queue: reachable('queue', queue),
    deadLetters: reachable('queue', deadLetters),
    refusedEvents: createMemoryDeadEvents(),
    clock,
    random,
    logger,
    retentionMs: RETENTION_MS,
    registry,
    waitSleepMs: 50,
    readDescription: async () => '{}',
    findAction: (task: { readonly action: string }) => registry.get(task.action),
  };
  const [api, status] = [createApi(ports), createStatus(ports)];
  const [worker, reconciler] = [createWorker(ports), createReconciler(ports)];
  let nextLook = clock.now() + RECONCILER_INTERVAL_MS;

  function reachable<Port extends object>(name: 'storage' | 'queue', port: Port): Port {
    const refuse = async () => {
      throw new UnavailableError(name, { cause: new TypeError('hunter2') });
    };
    return new Proxy(port, {
      get: (target, member): unknown =>
        away.has(name) && member !== 'sizeOf' ? refuse : Reflect.get(target, member),
    });
  }

  async function settle<Value>(work: Promise<Value>): Promise<Value> {
    return wired === undefined ? clock.advanceUntil(work) : work;
  }

  /** Takes messages that were not received too often, as an event source mapping does, and deletes those that `invoke` lets go. */
  async function poll(
    from: TaskQueue,
    invoke: typeof worker | typeof reconciler,
    giveUp: (delivery: Delivery) => Promise<boolean>,
  ): Promise<void> {
    const taken = await from.receive({ max: 10, waitSeconds: 0 });
    const messages: (Delivery & { readonly id: string })[] = [];
    for (const delivery of taken) {
      if (await giveUp(delivery)) await from.delete(delivery.receipt);
      else messages.push({ ...delivery, id: delivery.receipt });
    }
    if (messages.length === 0) return;
    const { batchItemFailures = [] } =
      (await settle(invoke(sqsEvent(messages), lambdaContext(300_000)))) ?? {};
    const kept = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    if (away.has('queue')) return;
    for (const { receipt } of messages) if (!kept.has(receipt)) await from.delete(receipt);
  }

  async function isDead({ body, receiveCount }: Delivery): Promise<boolean> {
    const key = parseBody(body);
    if (receiveCount <= MAX_RECEIVE_COUNT || key === undefined) return false;
    await deadLetters.send(key);
    return true;
  }

  /** Lets messages come, and the clock look each minute, for so long. */
  async function run(ms: number): Promise<void> {
    const until = clock.now() + ms;
    while (clock.now() < until) {
      if (!away.has('queue')) {
        await poll(queue, worker, isDead);
        await poll(deadLetters, reconciler, async () => false);
      }
      if (clock.now() >= nextLook) {
        nextLook = clock.now() + RECONCILER_INTERVAL_MS;
        // Lambda counts an invocation that fails, and does no more.
        await settle(reconciler(scheduleEvent, lambdaContext(50_000)).catch(() => undefined));
      }
      await clock.advance(STEP_MS);
    }
  }

  async function request(call: Partial<TestRequest> & Pick<TestRequest, 'method' | 'path'>) {
    const headers = { 'content-type': 'application/json', ...call.headers };
    const invoke = call.method === 'POST' ? api : status;
    return readResult(await settle(invoke(httpEvent({ ...call, headers }), lambdaContext())));
  }

  return {
    clock,
    logger,
    queue,
    deadLetters,
    storage: memory,
    /** What is away now: every call of it fails. */
    away,
    run,
    /** What was told, by and by, in short; and from now on. */
    told: () =>
      logger.lines.map(({ level, message, error }) =>
        [level, message, error].join(' | ').replace(/ \| $/, ''),
      ),
    create: (input: unknown = null, headers: Readonly<Record<string, string>> = {}) =>
      request({
        method: 'POST',
        path: '/v1/tasks',
        headers,
        body: JSON.stringify({ action: action.name, input }),
      }),
    fetch: (id: string, query = '') => request({ method: 'GET', path: `/v1/tasks/${id}${query}` }),
    /** The id of a task that has just been created. */
    async createdId(input?: unknown): Promise<string> {
      const { headers } = await this.create(input);
      return String(headers['location']).slice('/v1/tasks/'.length);
    },
  };
}
