import type { TaskProgress } from '../task/task.ts';
import type { ApiTask } from './api-task.ts';
import { readTask } from './read-task.ts';
import type { Send } from './transport.ts';

/** Why a task is failed from outside. */
export interface FailReason {
  readonly message: string;
  /** @default Error */
  readonly name?: string;
  /** For programs. */
  readonly code?: string;
}

/** Calls that need a `context.completionToken`, and no other credentials. */
export interface TokenCalls {
  /** Ends the token's task as succeeded; repeated with the same output it is no conflict. */
  succeed(token: string, output?: unknown, options?: { readonly signal?: AbortSignal }): Promise<ApiTask>;
  /** Ends the token's task as failed. */
  fail(token: string, error: FailReason, options?: { readonly signal?: AbortSignal }): Promise<ApiTask>;
  /** Notes progress on the token's task, in percent from 0 to 100. */
  heartbeat(
    token: string,
    progress: TaskProgress,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ApiTask>;
}

/** The calls by token, over `send`. */
export function tokenCalls(send: Send): TokenCalls {
  const call =
    (verb: string) =>
    async (token: string, body: unknown, signal: AbortSignal | undefined): Promise<ApiTask> => {
      const path = `/tasks/${idOf(token)}/${verb}`;
      const headers = { 'task-token': token };
      return readTask((await send({ method: 'POST', path, headers, body, isOpen: true, signal })).json);
    };
  const [succeed, fail, heartbeat] = [call('succeed'), call('fail'), call('heartbeat')];
  return {
    succeed: (token, output, options) =>
      succeed(token, output === undefined ? undefined : { output }, options?.signal),
    fail: (token, error, options) => fail(token, { error }, options?.signal),
    heartbeat: (token, progress, options) => heartbeat(token, { progress }, options?.signal),
  };
}

/** The task that a token is for: `tenant/id/secret`. @throws TypeError, which does not quote the token */
function idOf(token: string): string {
  const id = /^[^/]+\/([0-9a-f]+)\/[0-9a-f]+$/.exec(token)?.[1];
  if (id === undefined) throw new TypeError('The completion token is not of the form tenant/id/secret.');
  return id;
}
