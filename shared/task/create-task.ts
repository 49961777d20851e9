import type { Action } from './action.ts';
import type { Clock } from './clock.ts';
import {
  IdempotencyKeyReusedError,
  InputRejectedError,
  InputTooLargeError,
  UnavailableError,
} from './errors.ts';
import { readTask, taskOf } from './fetch-task.ts';
import { fingerprintOf, NONCE_BYTES, TASK_ID_BYTES, taskIdOfKey } from './identity.ts';
import { jsonOf, parseJson } from './json.ts';
import { MAX_INPUT_BYTES, ROW_RESERVE_BYTES } from './limits.ts';
import { inputRef, storePayload } from './payload.ts';
import type { TaskQueue } from './queue.ts';
import type { Random } from './random.ts';
import type { TaskStorage, WriteResult } from './storage.ts';
import type { TaskRow } from './task-row.ts';
import { checkTimes, newTimes, sendDelaySeconds } from './task-times.ts';
import type { NewTimes, RequestedTimes } from './task-times.ts';
import { hasFinalStatus } from './task.ts';
import type { Task, TaskKey } from './task.ts';
import { bytesOf } from './utf8.ts';
import { validate } from './validate.ts';

/** What creating a task needs. */
export interface CreateDependencies {
  readonly storage: TaskStorage;
  readonly queue: Pick<TaskQueue, 'send'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly retentionMs: number;
}

/** A request to create a task. */
export interface CreateRequest {
  readonly key: TaskKey;
  readonly action: Action;
  /** As the caller sent it. */
  readonly input: unknown;
  readonly traceparent?: string | undefined;
  readonly times?: RequestedTimes | undefined;
  /** The id of the task that this one retries. */
  readonly retryOf?: string | undefined;
  /** Called once the row is stored by this request, before its id is sent, or found open for a repeat. */
  onAccepted?(): void;
}

/** The task, and whether this request made it or repeats one that did. */
export interface Created<Input = unknown, Output = unknown> {
  readonly task: Task<Input, Output>;
  readonly repeated: boolean;
}

/** The key of a new task: its id stands for the idempotency key where there is one, else it is random. */
export function newTaskKey(tenant: string, random: Random, idempotencyKey?: string): TaskKey {
  return {
    tenant,
    id: idempotencyKey === undefined ? random.hex(TASK_ID_BYTES) : taskIdOfKey(tenant, idempotencyKey),
  };
}

/**
 * Stores a started task, then sends its id; one that starts later is sent with a delay, or left to the clock. A crash between
 * the two leaves a task that the clock sends later; nothing is sent that is not stored.
 * @throws InputRejectedError, InputTooLargeError or TaskTimeRejectedError, with nothing stored.
 * @throws IdempotencyKeyReusedError when a task with this key came from another request.
 * @throws UnavailableError that tells whether the task is stored.
 */
export async function createTask<Input = unknown, Output = unknown>(
  dependencies: CreateDependencies,
  request: CreateRequest,
): Promise<Created<Input, Output>> {
  const { storage, queue, clock } = dependencies;
  checkTimes(request.times ?? {});
  const json = await checkInput(request.action, request.input);
  const { action, times: { startAt, deadlineAt } = {} } = request;
  const fingerprint = fingerprintOf({ action: action.name, input: parseJson(json), startAt, deadlineAt });
  const times = await timesOrTask(dependencies, request, fingerprint);
  if ('repeated' in times) return repeat(dependencies, request, times.repeated);
  const row = await newRow(dependencies, request, json, { ...times, fingerprint });
  const result = await store(storage, row, clock.now());
  if (!result.applied && result.row?.nonce !== row.nonce) {
    if (result.row?.fingerprint !== fingerprint) throw new IdempotencyKeyReusedError();
    return repeat(dependencies, request, result.row);
  }
  request.onAccepted?.();
  const delaySeconds = sendDelaySeconds(row.startAt, clock.now());
  try {
    if (delaySeconds !== undefined)
      await queue.send(request.key, { delaySeconds, traceparent: request.traceparent });
  } catch (cause) {
    throw new UnavailableError('queue', { cause, taskCreated: true, taskId: row.id });
  }
  return { task: taskOf(row, { input: json, output: undefined }), repeated: false };
}

/** The task that an earlier request of the same kind has made. */
async function repeat<Input, Output>(
  { storage }: CreateDependencies,
  request: CreateRequest,
  row: TaskRow,
): Promise<Created<Input, Output>> {
  if (!hasFinalStatus(row)) request.onAccepted?.();
  return { task: await readTask(storage, row), repeated: true };
}

/** The times of a new task; or the task of an earlier request, which was in time, when this repeat of it comes too late for them. */
async function timesOrTask(
  { storage, clock }: CreateDependencies,
  { key, times = {} }: CreateRequest,
  fingerprint: string,
): Promise<NewTimes | { readonly repeated: TaskRow }> {
  try {
    return newTimes(clock.now(), times);
  } catch (error) {
    const row = await storage.get(key, { now: clock.now() });
    if (row?.fingerprint === fingerprint) return { repeated: row };
    throw error;
  }
}

/** The JSON text of an input that the action takes, '' for none: what is checked is what the worker will read. */
async function checkInput(action: Action, input: unknown): Promise<string> {
  const json = jsonOf(input);
  if ('issue' in json) throw new InputRejectedError(action.name, [json.issue]);
  const bytes = bytesOf(json.text);
  if (bytes > MAX_INPUT_BYTES) throw new InputTooLargeError(bytes, MAX_INPUT_BYTES);
  const result = await validate(action.input, parseJson(json.text));
  if ('issues' in result) throw new InputRejectedError(action.name, result.issues);
  return json.text;
}

async function newRow(
  { storage, random, retentionMs }: CreateDependencies,
  { key, action, traceparent, retryOf }: CreateRequest,
  json: string,
  members: NewTimes & Pick<TaskRow, 'fingerprint'>,
): Promise<TaskRow> {
  const row: TaskRow = {
    ...key,
    action: action.name,
    ...members,
    version: 1,
    nonce: random.hex(NONCE_BYTES),
    dispatches: 0,
    attempt: 0,
    maxAttempts: action.retry.maxAttempts,
    input: { json: '' },
    ...(traceparent !== undefined && { traceparent }),
    ...(retryOf !== undefined && { retryOf }),
  };
  const where = { ref: inputRef(json), reserve: ROW_RESERVE_BYTES, retentionMs };
  try {
    return { ...row, input: await storePayload(storage, row, json, where) };
  } catch (cause) {
    throw new UnavailableError('storage', { cause, taskCreated: false });
  }
}

/**
 * Creates the row. When the answer is lost, one read tells whether it is there. A read that does not find it tells nothing: the put
 * may still be on its way.
 */
async function store(storage: TaskStorage, row: TaskRow, now: number): Promise<WriteResult> {
  try {
    return await storage.create(row, now);
  } catch (cause) {
    const present = await storage.get(row, { now }).catch(() => undefined);
    if (present !== undefined) return { applied: false, row: present };
    throw new UnavailableError('storage', { cause });
  }
}
