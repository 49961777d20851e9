import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from '../../../functions/actions/http-answer.ts';
import type { HttpRequestInput } from '../../../functions/actions/http-request-input.ts';
import { requestOverHttp } from '../../../functions/actions/http-request.run.ts';
import type { Network } from '../../../functions/actions/http-network.ts';
import { listenOnLoopback } from '../../../infra/local/listen-on-loopback.ts';
import type { ActionContext } from '../../../shared/task/action.ts';
import { attemptContext } from './attempt-context.ts';
import { inputOf, loopbackNetwork, startWebServer } from './loopback-network.ts';

const WITH_KEY = { method: 'POST', headers: { 'Idempotency-Key': 'mine' } } as const;
const LIMITS = { connectMs: 200, silenceMs: 200, wholeMs: 20_000 };

/** Inputs by whether their request may be made again once it was sent. */
const REPEATABLE: readonly Partial<HttpRequestInput>[] = [
  { method: 'GET' },
  { method: 'HEAD' },
  { method: 'PUT' },
  { method: 'DELETE' },
  { method: 'OPTIONS' },
  WITH_KEY,
];
const NOT_REPEATABLE: readonly Partial<HttpRequestInput>[] = [{ method: 'POST' }, { method: 'PATCH' }];

describe('http-request asks for another attempt', () => {
  test.each([...REPEATABLE, ...NOT_REPEATABLE])('when nobody listens, with %j', async (input) => {
    const server = createServer();
    const port = await listenOnLoopback(server, 0);
    server.close();
    await once(server, 'close');
    await expect(ask(port, input)).rejects.toMatchObject({
      name: 'RetryableError',
      code: 'connection-failed',
      message: 'one.test could not be reached: ECONNREFUSED.',
    });
  });

  test('when the name is not resolved', async () => {
    const resolve = async (): Promise<never> => {
      throw Object.assign(new Error('queryA ENOTFOUND one.test'), { code: 'ENOTFOUND' });
    };
    await expect(ask(1, { method: 'POST' }, { network: { resolve } })).rejects.toMatchObject({
      code: 'connection-failed',
      message: 'one.test could not be reached: its name was not resolved, ENOTFOUND.',
    });
  });

  test('when the look-up takes too long', async () => {
    const resolve: Network['resolve'] = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    await expect(ask(1, { method: 'POST' }, { network: { resolve, limits: LIMITS } })).rejects.toMatchObject({
      code: 'connection-failed',
      message: 'one.test could not be reached: its name was not resolved, the time was up.',
    });
  });

  test('when the connection is not ready for the request in time', async () => {
    await using silent = await startRawServer();
    const network = { protocol: 'https:', limits: LIMITS };
    await expect(ask(silent.port, { method: 'POST' }, { network })).rejects.toMatchObject({
      code: 'connection-failed',
      message: 'one.test could not be reached: nothing came for 200 ms.',
    });
    await expect.poll(() => silent.open()).toBe(0);
  });

  test.each(REPEATABLE)('when no whole answer comes, with %j', async (input) => {
    for (const answer of [
      '',
      'HTTP/1.1 200 OK\r\nContent-Le',
      'SSH-2.0-OpenSSH\r\n',
      'HTTP/1.1 101 Hm\r\nUpgrade: x\r\n\r\n',
    ]) {
      await using server = await startRawServer(answer);
      await expect(ask(server.port, input)).rejects.toMatchObject({
        name: 'RetryableError',
        code: 'answer-lost',
        message: expect.stringMatching(/^one\.test got the [A-Z]+, and no whole answer came: .+\.$/),
      });
    }
  });

  test('when the body ends early, or nothing comes any more', async () => {
    await using cut = await startRawServer('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc');
    await expect(ask(cut.port)).rejects.toMatchObject({ code: 'answer-lost' });
    await using silent = await startWebServer((response) => response.write('x'));
    await expect(ask(silent.port, {}, { network: { limits: LIMITS } })).rejects.toMatchObject({
      code: 'answer-lost',
      message: 'one.test got the GET, and no whole answer came: nothing came for 200 ms.',
    });
    await expect.poll(() => silent.connections.open).toBe(0);
  });

  test('when the answer drips for longer than the whole may take', async () => {
    await using dripping = await startWebServer((response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(timer));
    });
    const network = { limits: { ...LIMITS, wholeMs: 300 } };
    await expect(ask(dripping.port, {}, { network })).rejects.toMatchObject({
      code: 'answer-lost',
      message: 'one.test got the GET, and no whole answer came: the time was up.',
    });
    await expect.poll(() => dripping.connections.open).toBe(0);
  });

  test.each([408, 429, 502, 503, 504])('after %i, and returns it from the last attempt', async (status) => {
    await using server = await startWebServer((response) => response.writeHead(status).end());
    for (const input of REPEATABLE) {
      for (const attempt of [1, 2]) {
        await expect(ask(server.port, input, { context: { attempt } })).rejects.toMatchObject({
          name: 'RetryableError',
          code: 'temporary-answer',
          message: `one.test answered ${status}.`,
        });
      }
      expect(await ask(server.port, input, { context: { attempt: 3 } })).toMatchObject({ status });
    }
  });
});

describe('http-request asks for no other attempt', () => {
  test.each(NOT_REPEATABLE)('when %j was sent, for nobody knows what it did', async (input) => {
    await using server = await startRawServer('');
    await expect(ask(server.port, input)).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'outcome-unknown',
      message: expect.stringMatching(
        /^Nobody knows whether the request was carried out: no whole answer of one\.test came \(.+\)\./,
      ),
    });
  });

  test('when the answer to a POST is to be had elsewhere, where nobody listens', async () => {
    await using server = await startWebServer((response) =>
      response.writeHead(303, { location: 'http://one.test:1/' }).end(),
    );
    await expect(ask(server.port, { method: 'POST' })).rejects.toMatchObject({ code: 'outcome-unknown' });
    await expect(ask(server.port, WITH_KEY)).rejects.toMatchObject({ code: 'connection-failed' });
  });

  test.each([408, 429, 500, 502, 503, 504])('after %i to a POST: it is the result', async (status) => {
    await using server = await startWebServer((response) => response.writeHead(status).end());
    expect(await ask(server.port, { method: 'POST' })).toMatchObject({ status });
  });

  test.each([400, 401, 404, 500, 501])('after %i to a GET: it is the result', async (status) => {
    await using server = await startWebServer((response) => response.writeHead(status).end());
    expect(await ask(server.port)).toMatchObject({ status });
  });

  test('after an interim answer', async () => {
    await using server = await startRawServer('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\nend');
    expect(await ask(server.port)).toMatchObject({ status: 200, body: 'end' });
  });

  test('when the time of the attempt ends while a POST is under way: it is given up before', async () => {
    await using silent = await startWebServer(() => {});
    const context = { deadline: Date.now() + 2500 };
    await expect(ask(silent.port, { method: 'POST' }, { context })).rejects.toMatchObject({
      code: 'outcome-unknown',
    });
    expect(Date.now()).toBeLessThan(context.deadline);
  });
});

describe('http-request under a signal', () => {
  test('ends with its reason, and closes the connection', async () => {
    const controller = new AbortController();
    const reason = new Error('The lease is lost.');
    await using server = await startWebServer(() => controller.abort(reason));
    await expect(
      ask(server.port, { method: 'POST' }, { context: { signal: controller.signal } }),
    ).rejects.toBe(reason);
    await expect.poll(() => server.connections.open).toBe(0);
  });

  test('does not begin once it has aborted', async () => {
    const reason = new Error('Out of time.');
    await using server = await startWebServer((response) => response.end());
    await expect(ask(server.port, {}, { context: { signal: AbortSignal.abort(reason) } })).rejects.toBe(
      reason,
    );
    expect(server.connections.made).toBe(0);
  });
});

async function ask(
  port: number,
  input: Partial<HttpRequestInput> = {},
  {
    context = {},
    network = {},
  }: { readonly context?: Partial<ActionContext>; readonly network?: Partial<Network> } = {},
): Promise<HttpAnswer> {
  const { protocol, ...world } = { ...loopbackNetwork(), ...network };
  return requestOverHttp(
    inputOf(`${protocol}//one.test:${port}/`, input),
    { ...attemptContext(), ...context },
    3,
    {
      protocol,
      ...world,
    },
  );
}

/** A server that answers the first bytes of a connection with `answer`, and ends it; without an answer it keeps silent. */
async function startRawServer(
  answer?: string,
): Promise<AsyncDisposable & { readonly port: number; open(): number }> {
  let open = 0;
  const server = createServer((socket) => {
    open += 1;
    socket.on('error', () => {});
    socket.once('close', () => {
      open -= 1;
    });
    socket.once('data', () => {
      if (answer !== undefined) socket.end(answer);
    });
  });
  const port = await listenOnLoopback(server, 0);
  return {
    port,
    open: () => open,
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}
