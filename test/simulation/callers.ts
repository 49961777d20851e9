import { createApi } from '../../functions/api/api.ts';
import { createStatus } from '../../functions/status/status.ts';
import { idempotencyKeyOf } from '../../shared/events/start-event.ts';
import { createTask, newTaskKey } from '../../shared/task/create-task.ts';
import {
  IdempotencyKeyReusedError,
  TaskTimeRejectedError,
  UnavailableError,
} from '../../shared/task/errors.ts';
import { taskIdOfKey } from '../../shared/task/identity.ts';
import { bodyOf } from '../../shared/task/queue.ts';
import { createRegistry } from '../../shared/task/registry.ts';
import type { TaskKey } from '../../shared/task/task.ts';
import { httpEvent } from '../fakes/lambda-events.ts';
import { invoke } from './invoke.ts';
import { actionSettings, actionsIn, drawPlan } from './sim-actions.ts';
import type { SimProcess } from './sim-process.ts';
import type { Request } from './request.ts';
import type { World } from './world.ts';

const API_TIMEOUT_MS = 29_000;
const MINUTE_MS = 60_000;
/** How often a caller makes a request again that has failed. */
const TRIES = 4;

/** Lets callers create tasks, again and again, and look at them, at random moments before the faults stop. */
export function startCallers(world: World): void {
  const { engine, chance, faults, table } = world;
  const begin = engine.now();
  const span = Math.max(2 * MINUTE_MS, faults.calmFrom - begin);
  const tasks = chance.between(1, 6);
  for (let number = 1; number <= tasks; number += 1) {
    engine.at(begin + chance.between(0, span / 2), () =>
      world.recorder.watch(createAndLook(world, drawRequest(world, number))),
    );
  }
  const noise = faults.mood === 'calm' ? 0 : chance.between(0, 4);
  for (let index = 0; index < noise; index += 1) {
    engine.at(begin + chance.between(0, span), () => {
      const keys = table.keys();
      const key = keys[chance.between(0, keys.length - 1)];
      const unknown: TaskKey = { tenant: 'default', id: chance.random.hex(16) };
      world.platform.queue.send(chance.pick(['no JSON', bodyOf(unknown), bodyOf(key ?? unknown)]), 0);
    });
  }
}

function drawRequest({ chance, engine, faults }: World, number: number): Request {
  const hasTimes = faults.mood === 'slow' || chance.happens(0.6);
  const now = engine.now();
  const laterMs = chance.pick([
    undefined,
    undefined,
    chance.between(0, 30 * MINUTE_MS),
    chance.between(0, 3000 * MINUTE_MS),
  ]);
  const startAt = laterMs === undefined || faults.mood === 'slow' ? undefined : now + laterMs;
  const lifeMs =
    faults.mood === 'slow'
      ? chance.pick([chance.between(80_000, 150_000), chance.between(80_000, 150_000), 30 * MINUTE_MS])
      : chance.pick([chance.between(10_000, 150_000), chance.between(MINUTE_MS, 90 * MINUTE_MS)]);
  const deadlineAt = Math.max(now, startAt ?? now) + lifeMs;
  return {
    tenant: hasTimes && chance.happens(0.3) ? 'other' : 'default',
    // Some requests have one key.
    idempotencyKey: `SECRET-key-${chance.between(1, 4)}`,
    action: faults.mood === 'slow' ? 'work-long' : chance.pick(actionSettings).name,
    input: drawPlan(chance, number, faults.mood),
    comesAsEvent: chance.happens(0.3),
    times: hasTimes ? { ...(startAt !== undefined && { startAt }), deadlineAt } : {},
  };
}

async function createAndLook(world: World, request: Request): Promise<void> {
  const { engine, chance, faults } = world;
  const rounds = faults.mood === 'calm' ? 1 : chance.between(1, 3);
  for (let round = 0; round < rounds; round += 1) {
    const id = await createOnce(world, request);
    const looks = id === undefined ? 0 : chance.between(0, 3);
    for (let look = 0; look < looks; look += 1) {
      await pause(world, chance.between(0, 2 * MINUTE_MS));
      if (id !== undefined) await fetchOrWait(world, id);
    }
    await pause(world, chance.pick([0, chance.between(0, 5000), chance.between(0, 20 * MINUTE_MS)]));
    if (engine.now() > faults.calmFrom) return;
  }
}

/** A key that has expired with its task is used again, as soon as it may be. */
export function recreate(world: World, id: string): void {
  const { engine, chance, faults, requests, retentionMs } = world;
  const request = requests.get(id);
  if (request === undefined || retentionMs > MINUTE_MS || faults.mood === 'calm' || !chance.happens(0.5))
    return;
  const at = engine.now() + retentionMs + chance.between(0, 3000);
  if (at < faults.calmFrom) engine.at(at, () => world.recorder.watch(createOnce(world, request)));
}

/** Creates a task, trying again when that fails; answers its id, if it was accepted. */
async function createOnce(world: World, request: Request): Promise<string | undefined> {
  const isPlain = Object.keys(request.times).length === 0 && request.tenant === 'default';
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (isPlain && request.comesAsEvent) return startByEvent(world, request);
    const created = await (isPlain ? createByHttp(world, request) : createByCall(world, request));
    if (created === 'refused') return undefined;
    if (created !== undefined) {
      world.answers.onCreated(request, created.id, created.createdAt);
      world.requests.set(created.id, request);
      return created.id;
    }
    await pause(world, world.chance.between(100, 60_000));
  }
  return undefined;
}

type Created = { readonly id: string; readonly createdAt: number } | 'refused' | undefined;

function portsOf({ table, platform, retentionMs }: World, process: SimProcess) {
  const { clock, random, logger } = process;
  const queue = platform.queue.queueFor(process);
  return { storage: table.storageFor(process), queue, clock, random, logger, retentionMs };
}

async function createByHttp(world: World, { idempotencyKey, action, input }: Request): Promise<Created> {
  const event = httpEvent({
    method: 'POST',
    path: '/v1/tasks',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify({ action, input }),
  });
  let name = '';
  const invocation = await invoke(world, 'api', API_TIMEOUT_MS, (process, context) => {
    ({ name } = process);
    return apiIn(world, process, [])(event, context);
  });
  if (invocation.kind !== 'answered') return undefined;
  const { statusCode = 0, body = '' } = invocation.value ?? {};
  if (statusCode >= 400) world.answers.onPublished(body);
  if (statusCode >= 500) {
    const { taskCreated }: { taskCreated?: boolean } = JSON.parse(body);
    world.answers.onUncreated(name, taskCreated);
    return undefined;
  }
  if (statusCode >= 400) return 'refused';
  const { id, createdAt }: { id: string; createdAt: string } = JSON.parse(body);
  return { id, createdAt: Date.parse(createdAt) };
}

/** The times that Lambda waits before it invokes a function again that an event's invocation has failed. */
const EVENT_RETRIES_MS = [MINUTE_MS, 2 * MINUTE_MS];

/** Has a rule of EventBridge start the task. An event that the function has dealt with has made its task. */
async function startByEvent(world: World, { idempotencyKey, action, input }: Request): Promise<undefined> {
  const startTask = { rule: 'rule', eventId: idempotencyKey, request: { action, input } };
  const kept: string[] = [];
  for (const retryMs of [...EVENT_RETRIES_MS, 0]) {
    const invocation = await invoke(world, 'api', API_TIMEOUT_MS, (process, context) =>
      apiIn(world, process, kept)({ startTask }, context),
    );
    if (invocation.kind === 'answered') {
      const id = taskIdOfKey('default', idempotencyKeyOf(startTask));
      const isStored = [...world.watcher.tasks.values()].some(({ key }) => key.id === id);
      world.recorder.check(
        'I4',
        isStored || kept.length > 0,
        id,
        () => 'an event was dealt with, and made no task',
      );
      return undefined;
    }
    await pause(world, retryMs);
  }
  return undefined;
}

/** The api function; what it refuses of events goes to `kept`. */
function apiIn(world: World, process: SimProcess, kept: string[]) {
  const refusedEvents = { keep: async (body: string) => void kept.push(body) };
  return createApi({
    ...portsOf(world, process),
    registry: registryIn(world, process),
    refusedEvents,
    waitSleepMs: 50,
  });
}

function registryIn({ listener }: World, process: SimProcess) {
  return createRegistry(actionsIn(process, listener));
}

async function createByCall(world: World, request: Request): Promise<Created> {
  const { tenant, idempotencyKey, input, times } = request;
  const invocation = await invoke(world, 'api', API_TIMEOUT_MS, async (process) => {
    const action = registryIn(world, process).get(request.action);
    if (action === undefined) throw new Error(`There is no action ${request.action}.`);
    const key = newTaskKey(tenant, process.random, idempotencyKey);
    return createTask(portsOf(world, process), { key, action, input, times });
  });
  if (invocation.kind === 'answered') return invocation.value.task;
  if (invocation.kind === 'died' || invocation.error instanceof UnavailableError) return undefined;
  if (invocation.error instanceof IdempotencyKeyReusedError) return 'refused';
  if (invocation.error instanceof TaskTimeRejectedError) return 'refused';
  throw invocation.error;
}

/** Fetches a task, or waits for its final status. */
export async function fetchOrWait(world: World, id: string): Promise<void> {
  const { engine, chance, answers } = world;
  const waitSeconds = chance.pick([0, 0, 1, 5, 20]);
  const askedAt = engine.now();
  let isDisturbed = false;
  const path = `/v1/tasks/${id}${waitSeconds === 0 ? '' : `?wait=${waitSeconds}`}`;
  const invocation = await invoke(world, 'status', API_TIMEOUT_MS, async (process, context) => {
    const handler = createStatus({
      ...portsOf(world, process),
      waitSleepMs: 50,
      readDescription: async () => '{}',
    });
    const result = await handler(httpEvent({ method: 'GET', path }), context);
    isDisturbed = process.isDisturbed();
    return result;
  });
  if (invocation.kind !== 'answered') return;
  const { statusCode: status, body = '', headers = {} } = invocation.value;
  const etag = String(headers['etag']);
  answers.onFetched({ id, askedAt, waitSeconds, isDisturbed, status, body, etag });
}

/** Lets time pass. */
export function pause({ engine }: World, ms: number): Promise<void> {
  return new Promise((resolve) => {
    engine.at(engine.now() + ms, resolve);
  });
}
