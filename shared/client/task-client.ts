import type { Action } from '../task/action.ts';
import type { ApiTask } from './api-task.ts';
import type { ActionName, InputOf, OutputOf, TaskOf } from './client-actions.ts';
import { tokenCalls } from './complete-by-token.ts';
import { listPages } from './list-pages.ts';
import { isTask, readBody, readTask } from './read-task.ts';
import { baseOf, pathOf, preferring, quoted } from './request-parts.ts';
import type { CreateOptions, RunOptions, TaskClient, TaskClientOptions } from './task-client-types.ts';
import { TaskCancelledError, TaskFailedError, TaskWaitTimeoutError } from './task-end-errors.ts';
import { systemTiming } from './timing.ts';
import type { Timing } from './timing.ts';
import { createTransport } from './transport.ts';
import { MAX_WAIT_SECONDS, waitByRequests } from './wait-by-requests.ts';

/** With the pauses between them some fifteen seconds, in which most outages of a moment end. */
const MAX_TRIES = 6;

/**
 * Makes a client of the HTTP API: `createTaskClient<typeof actions>({ url })`, of whose actions only the types are used.
 * @throws TypeError when `url` is not an http or https URL.
 */
export function createTaskClient<Actions extends readonly Action[] = readonly Action[]>(
  options: TaskClientOptions,
): TaskClient<Actions> {
  const timing: Timing = {
    clock: options.clock ?? systemTiming.clock,
    random: options.random ?? systemTiming.random,
  };
  const send = createTransport({
    ...timing,
    url: baseOf(options.url),
    maxTries: options.maxTries ?? MAX_TRIES,
    authorization: options.authorization,
    sign: options.sign,
    fetch: options.fetch ?? ((request, init) => fetch(request, init)),
  });

  const waiting = { ...timing, send };

  async function create<Name extends ActionName<Actions>>(
    action: Name,
    input: InputOf<Actions, Name>,
    { idempotencyKey = crypto.randomUUID(), startAt, deadlineAt, waitSeconds, signal }: CreateOptions = {},
  ): Promise<TaskOf<Actions, Name>> {
    const headers = { 'idempotency-key': quoted(idempotencyKey), ...preferring(waitSeconds) };
    const body = { action, input, startAt, deadlineAt };
    const { json } = await send({ method: 'POST', path: '/tasks', headers, body, signal });
    return readBody(json, isTaskOf<Name>, 'a task');
  }

  /** Its types are the caller's word, who names the actions of this API. */
  function isTaskOf<Name extends ActionName<Actions>>(json: object): json is TaskOf<Actions, Name> {
    return isTask(json);
  }

  return {
    ...tokenCalls(send),
    create,
    waitForFinalStatus: (id, waitOptions = {}) => waitByRequests(waiting, pathOf(id), isTask, waitOptions),
    async fetchState(id, { signal } = {}) {
      return readTask((await send({ method: 'GET', path: pathOf(id), signal })).json);
    },
    async run<Name extends ActionName<Actions>>(
      action: Name,
      input: InputOf<Actions, Name>,
      { timeoutMs = Infinity, ...createOptions }: RunOptions = {},
    ) {
      const endsAt = timing.clock.now() + timeoutMs;
      const waitSeconds = Math.min(MAX_WAIT_SECONDS, Math.floor(timeoutMs / 1000));
      let task = await create<Name>(action, input, {
        ...createOptions,
        ...(waitSeconds >= 1 && { waitSeconds }),
      });
      const leftMs = endsAt - timing.clock.now();
      if (task.finalStatus === null && leftMs > 0) {
        const { signal } = createOptions;
        const bounds = { signal, timeoutMs: leftMs };
        task = await waitByRequests(waiting, pathOf(task.id), isTaskOf<Name>, bounds);
      }
      return outputOf<OutputOf<Actions, Name>>(task, timeoutMs);
    },
    async describe({ signal } = {}) {
      return (await send({ method: 'GET', path: '/openapi.json', isOpen: true, signal })).json;
    },
    list: (listOptions = {}) => listPages(send, listOptions),
    async cancel(id, { signal } = {}) {
      return readTask((await send({ method: 'POST', path: `${pathOf(id)}/cancel`, signal })).json);
    },
    async retry(id, { waitSeconds, signal } = {}) {
      const headers = preferring(waitSeconds);
      return readTask((await send({ method: 'POST', path: `${pathOf(id)}/retry`, headers, signal })).json);
    },
  };
}

/** The output of a task that has succeeded; throws what tells of any other. */
function outputOf<Output>(task: ApiTask<unknown, Output>, timeoutMs: number): Output {
  switch (task.finalStatus) {
    case null:
      throw new TaskWaitTimeoutError(task, timeoutMs);
    case 'failed':
      throw new TaskFailedError(task);
    case 'cancelled':
      throw new TaskCancelledError(task);
    case 'succeeded':
      return task.output;
  }
}
