import { readProblem } from './read-problem.ts';
import { readRetryAfterMs, retryPauseMs } from './retry-pause.ts';
import { isPassing, TaskApiError, TaskNetworkError } from './task-api-error.ts';
import type { Timing } from './timing.ts';

/** A gateway cuts a request at 30 s; what is not answered then never will be. */
const ANSWER_WITHIN_MS = 35_000;
/** No further try begins this long after the first. */
const RETRY_WITHIN_MS = 60_000;

/** How requests reach the API. */
export interface TransportOptions extends Timing {
  /** The API's base, without a slash at its end. */
  readonly url: string;
  readonly authorization: string | (() => string | Promise<string>) | undefined;
  readonly sign: ((request: Request) => Promise<Request>) | undefined;
  readonly fetch: (request: Request, init: RequestInit) => Promise<Response>;
  readonly maxTries: number;
}

/** One call of the API. All of them may be repeated: a create carries a key. */
interface ApiCall {
  readonly method: 'GET' | 'POST';
  /** Below the base: `/tasks`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; no body where it is undefined. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** The call has a right of its own: no credentials are sent. */
  readonly isOpen?: true;
  /** Try as often as it takes until this time, in milliseconds since 1970, instead of `maxTries` times within a minute. */
  readonly retryUntil?: number;
}

/** An answer with success. */
interface ApiAnswer {
  readonly json: object;
  readonly retryAfterMs: number | undefined;
}

/**
 * Sends a call, again after a network error, a 429 or a 5xx.
 * @throws TaskApiError for any other answer without success, or the last one; TaskNetworkError when the last try had none; the signal's reason.
 */
export type Send = (call: ApiCall) => Promise<ApiAnswer>;

/** Makes the one function through which all requests go. */
export function createTransport(options: TransportOptions): Send {
  const { clock, random } = options;

  return async (call) => {
    const { signal, retryUntil } = call;
    const giveUpAt = retryUntil ?? clock.now() + RETRY_WITHIN_MS;
    const maxTries = retryUntil === undefined ? options.maxTries : Infinity;
    for (let tries = 1; ; tries += 1) {
      signal?.throwIfAborted();
      const request = await prepare(call, options);
      signal?.throwIfAborted();
      const outcome = await exchange(request, options, signal);
      if ('json' in outcome) return outcome;
      const { failure, retryAfterMs } = outcome;
      const pauseMs = retryPauseMs(tries, random.fraction(), retryAfterMs);
      const isLast = tries >= maxTries || clock.now() + pauseMs > giveUpAt;
      if (failure instanceof TaskApiError) {
        if (isLast || !isPassing(failure)) throw failure;
      } else if (isLast) {
        throw new TaskNetworkError(`${call.method} ${options.url}${call.path}`, tries, failure);
      }
      await clock.sleep(pauseMs, signal);
    }
  };
}

async function prepare(call: ApiCall, { url, authorization, sign }: TransportOptions): Promise<Request> {
  const headers = new Headers(call.headers);
  if (call.body !== undefined) headers.set('content-type', 'application/json');
  if (authorization !== undefined && call.isOpen !== true) {
    headers.set('authorization', typeof authorization === 'string' ? authorization : await authorization());
  }
  const body = call.body === undefined ? null : JSON.stringify(call.body);
  const request = new Request(url + call.path, { method: call.method, headers, body });
  return sign === undefined || call.isOpen === true ? request : sign(request);
}

type Outcome = ApiAnswer | { readonly failure: unknown; readonly retryAfterMs?: number | undefined };

/** One request and its answer. Only an abort by the caller throws. */
async function exchange(
  request: Request,
  { fetch, clock }: TransportOptions,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const limit = new AbortController();
  const answered = new AbortController();
  const abort = () => limit.abort(signal?.reason);
  async function expire(): Promise<void> {
    await clock.sleep(ANSWER_WITHIN_MS, answered.signal);
    limit.abort(new Error(`no answer came within ${ANSWER_WITHIN_MS / 1000} s`));
  }
  signal?.addEventListener('abort', abort);
  void expire();
  try {
    // A redirect is no answer of this API, and must not carry credentials elsewhere.
    const response = await fetch(request, { signal: limit.signal, redirect: 'manual' });
    const text = await response.text();
    return readAnswer(response, text, clock.now());
  } catch (failure) {
    if (signal?.aborted) throw signal.reason;
    return { failure };
  } finally {
    answered.abort();
    signal?.removeEventListener('abort', abort);
  }
}

function readAnswer({ ok, status, headers }: Response, text: string, now: number): Outcome {
  const isJson = /[/+]json\b/.test(headers.get('content-type') ?? '');
  // JSON that breaks off is a broken connection, and throws as one.
  const json: unknown = isJson ? JSON.parse(text) : undefined;
  const retryAfterMs = readRetryAfterMs(headers.get('retry-after'), now);
  if (ok && typeof json === 'object' && json !== null) return { json, retryAfterMs };
  if (status >= 400) return { failure: readProblem(status, json), retryAfterMs };
  const detail = `The answer is not one of this API: check the URL, whose path ends in /v1`;
  return { failure: new TaskApiError({ status, code: 'unexpected-answer', detail }) };
}
