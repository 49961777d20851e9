import * as v from 'valibot';
import { createApi } from '../../functions/api/api.ts';
import { createStatus } from '../../functions/status/status.ts';
import { createWorker } from '../../functions/worker/worker.ts';
import { defineAction } from '../../shared/task/action.ts';
import type { Clock } from '../../shared/task/clock.ts';
import { UnavailableError } from '../../shared/task/errors.ts';
import { createMemoryQueue } from '../../shared/task/memory-queue.ts';
import { createMemoryStorage } from '../../shared/task/memory-storage.ts';
import { PermanentError } from '../../shared/task/permanent-error.ts';
import { createRegistry } from '../../shared/task/registry.ts';
import type { TaskStorage } from '../../shared/task/storage.ts';
import { httpEvent, lambdaContext, readResult, sqsEvent } from './lambda-events.ts';
import type { TestRequest } from './lambda-events.ts';
import { createManualClock } from './manual-clock.ts';
import { createMemoryDeadEvents } from './memory-dead-events.ts';
import { createMemoryLogger } from './memory-logger.ts';
import { createSeededRandom } from './seeded-random.ts';

/** What a test sends: a body is sent as JSON, unless it is bytes. */
export interface SentRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly claims?: Readonly<Record<string, unknown>>;
}

interface HttpWorldOptions {
  readonly tenantClaim?: string;
  readonly storage?: (storage: TaskStorage) => TaskStorage;
  readonly readDescription?: () => Promise<string>;
  /** The clock of the functions that answer. */
  readonly clock?: (clock: Clock) => Clock;
}

const RETENTION_MS = 86_400_000;

/**
 * The api, status and worker functions over storage and queue in memory, with the actions `echo`, `fails`, and `approve`, which waits
 * for completion from outside by an output `{ approved }`. Time is a test's.
 */
export function createHttpWorld(options: HttpWorldOptions = {}) {
  const clock = createManualClock();
  const logger = createMemoryLogger();
  const random = createSeededRandom();
  const memory = createMemoryStorage();
  const queue = createMemoryQueue({ clock, visibilitySeconds: 1800 });
  const storage = options.storage?.(memory) ?? memory;
  const tokens: string[] = [];
  const actions = [
    defineAction({ name: 'echo', input: v.unknown(), run: (input) => ({ echoed: input }) }),
    defineAction({
      name: 'fails',
      input: v.strictObject({ why: v.string() }),
      run: ({ why }): never => {
        throw new PermanentError(why, { code: 'no-luck' });
      },
    }),
    defineAction({
      name: 'approve',
      input: v.unknown(),
      output: v.strictObject({ approved: v.boolean() }),
      run(_input, { completionToken, waitForCompletion }) {
        tokens.push(completionToken);
        return waitForCompletion();
      },
    }),
  ];
  const registry = createRegistry(actions);
  const { tenantClaim } = options;
  const ports = {
    storage,
    queue,
    clock,
    random,
    logger,
    registry,
    tenantClaim,
    retentionMs: RETENTION_MS,
    waitSleepMs: 50,
    refusedEvents: createMemoryDeadEvents(),
    findAction: (task: { readonly action: string }) => registry.get(task.action),
    readDescription: options.readDescription ?? (async () => '{"openapi":"3.1.0"}'),
  };
  const answering = { ...ports, clock: options.clock?.(clock) ?? clock };
  const api = createApi(answering);
  const status = createStatus(answering);
  const worker = createWorker({ ...ports, storage: memory });

  async function send(method: string, path: string, { headers = {}, body, claims }: SentRequest = {}) {
    const bytes = body instanceof Uint8Array ? body : undefined;
    const event = httpEvent({
      method,
      path: `/v1${path}`,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: bytes ?? JSON.stringify(body) }),
      ...(claims && { claims }),
    });
    return readResult(await answerTo(event));
  }

  async function answerTo(event: ReturnType<typeof httpEvent>) {
    // As the routes of the stack have it.
    const handler = event.requestContext.http.method.toUpperCase() === 'POST' ? api : status;
    return clock.advanceUntil(handler(event, lambdaContext()));
  }

  /** Lets the worker take what is in the queue. */
  async function work(): Promise<void> {
    const messages = await queue.receive({ max: 10, waitSeconds: 0 });
    if (messages.length === 0) return;
    const event = sqsEvent(messages.map((message) => ({ ...message, id: message.receipt })));
    const answer = await clock.advanceUntil(worker(event, lambdaContext(300_000)));
    const kept = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { receipt } of messages) if (!kept.has(receipt)) await queue.delete(receipt);
  }

  /** Creates a task and gives its id. */
  async function create(action = 'echo', input: unknown = null, parts: SentRequest = {}): Promise<string> {
    const { body } = await send('POST', '/tasks', { ...parts, body: { action, input } });
    return idOf(body);
  }

  return {
    clock,
    logger,
    queue,
    storage: memory,
    tokens,
    send,
    actions,
    /** Answers an event of the HTTP API. */
    answer: answerTo,
    /** Sends a request as it is, its path from the root; answers as it comes. */
    async fire(request: TestRequest) {
      const { statusCode = 0, headers = {}, body = '' } = (await answerTo(httpEvent(request))) ?? {};
      const texts: Record<string, string> = {};
      for (const [name, value] of Object.entries(headers)) texts[name] = String(value);
      return { status: statusCode, headers: texts, body };
    },
    work,
    create,
    /** Creates a task that waits for its completion, and gives its id and token. */
    async park(parts: SentRequest = {}) {
      const id = await create('approve', null, parts);
      await work();
      return { id, token: tokens.at(-1) ?? '' };
    },
  };
}

/** The id of the task that an answer shows; '' where it shows none. */
export function idOf(body: unknown): string {
  return v.parse(v.object({ id: v.optional(v.string(), '') }), body).id;
}

/** A storage of which the named methods fail. */
export function without(...methods: readonly (keyof TaskStorage)[]) {
  const refuse = async () => {
    throw new UnavailableError('storage', { cause: new TypeError('hunter2') });
  };
  return (storage: TaskStorage): TaskStorage =>
    new Proxy(storage, {
      get: (target, member): unknown =>
        methods.some((method) => method === member) ? refuse : Reflect.get(target, member),
    });
}
