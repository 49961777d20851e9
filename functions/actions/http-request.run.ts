import type { ActionContext } from '../../shared/task/action.ts';
import { PermanentError } from '../../shared/task/permanent-error.ts';
import { answerOf } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';
import { exchange, HttpFault } from './http-exchange.ts';
import type { Hop, Reply } from './http-exchange.ts';
import { publicNetwork } from './http-network.ts';
import type { Network } from './http-network.ts';
import { hostOf, readTarget } from './http-target.ts';
import { nextHop } from './http-redirect.ts';
import type { HttpRequestInput } from './http-request-input.ts';

const MAX_REDIRECTS = 5;
/** Before the attempt's end: its signal has the attempt repeated, and a request that must not be is given up earlier. */
const MARGIN_MS = 2000;
/** RFC 9110, 9.2.2: made twice, they leave the server as made once. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);
/** Answers that ask for patience: the request was not carried out, or nobody knows. */
const TEMPORARY = new Set([408, 429, 502, 503, 504]);

/** An attempt that ended without an answer to return; another one may get it. */
class RetryableError extends Error {
  override readonly name: string = 'RetryableError';
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/**
 * Makes a request by the rules that the action `http-request` states. `network` is for tests; `maxAttempts` counts the attempts that
 * the task may have.
 * @throws the signal's reason once it has aborted.
 * @throws PermanentError, or another error for another attempt, with the codes that the action states.
 */
export async function requestOverHttp(
  input: HttpRequestInput,
  context: ActionContext,
  maxAttempts: number,
  network: Network = publicNetwork,
): Promise<HttpAnswer> {
  context.signal.throwIfAborted();
  const isRepeatable = IDEMPOTENT.has(input.method) || hasKey(input);
  const leftMs = Math.max(0, Math.min(network.limits.wholeMs, context.deadline - Date.now() - MARGIN_MS));
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(leftMs)]);
  let hop = firstHop(input, context, network);
  let reply: Reply | undefined;
  for (let redirects = 0; ; redirects += 1) {
    const isFirst = reply === undefined;
    try {
      reply = await exchange(hop, network, signal);
    } catch (error) {
      context.signal.throwIfAborted();
      throw error instanceof HttpFault ? failure(error, hop, { isFirst, isRepeatable }) : error;
    }
    const next = nextHop(hop, reply, network.protocol);
    if (next === undefined) break;
    if (redirects === MAX_REDIRECTS) {
      throw new PermanentError(
        `${hostOf(hop.url)} redirects once more, after ${MAX_REDIRECTS} redirects: name their end in the input.`,
        { code: 'too-many-redirects' },
      );
    }
    hop = next;
  }
  if (TEMPORARY.has(reply.status) && isRepeatable && context.attempt < maxAttempts) {
    throw new RetryableError('temporary-answer', `${hostOf(hop.url)} answered ${reply.status}.`);
  }
  const answer = await answerOf(hop.url, reply);
  context.signal.throwIfAborted();
  return answer;
}

function hasKey({ headers }: HttpRequestInput): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'idempotency-key');
}

function firstHop(
  { url, method, headers, body }: HttpRequestInput,
  context: ActionContext,
  network: Network,
): Hop {
  const target = readTarget(url, network.protocol);
  if (typeof target === 'string') throw new PermanentError(`The URL ${target}.`, { code: 'url-refused' });
  return {
    url: target,
    method,
    headers: new Map([
      ['accept', '*/*'],
      ['accept-encoding', 'identity'],
      ['user-agent', 'task-system'],
      // A quoted string, as the IETF draft has it. It makes no request repeatable: nobody knows whether the server keeps keys.
      ...(IDEMPOTENT.has(method) ? [] : [['idempotency-key', `"${context.idempotencyKey}"`] as const]),
      ...Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const),
    ]),
    body,
  };
}

function failure(
  fault: HttpFault,
  { url, method }: Hop,
  { isFirst, isRepeatable }: { readonly isFirst: boolean; readonly isRepeatable: boolean },
): Error {
  const host = hostOf(url);
  if (isRepeatable || (isFirst && !fault.sent)) {
    return fault.sent
      ? new RetryableError(
          'answer-lost',
          `${host} got the ${method}, and no whole answer came: ${fault.message}.`,
          fault,
        )
      : new RetryableError('connection-failed', `${host} could not be reached: ${fault.message}.`, fault);
  }
  return new PermanentError(
    `Nobody knows whether the request was carried out: no whole answer of ${host} came (${fault.message}). It is not repeated unless the input has an idempotency-key header that the server keeps.`,
    { code: 'outcome-unknown', cause: fault },
  );
}
