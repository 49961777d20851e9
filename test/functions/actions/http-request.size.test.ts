import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from '../../../functions/actions/http-answer.ts';
import { requestOverHttp } from '../../../functions/actions/http-request.run.ts';
import { outputJson } from '../../../shared/task/output.ts';
import { MAX_OUTPUT_BYTES } from '../../../shared/task/limits.ts';
import { attemptContext } from './attempt-context.ts';
import { inputOf, loopbackNetwork, startWebServer } from './loopback-network.ts';
import type { Answering } from './loopback-network.ts';

const TEXT = { 'content-type': 'text/plain' };
const MIB = 1024 * 1024;

describe('an answer of http-request', () => {
  test.each([
    ['text', TEXT, Buffer.alloc(255 * 1024, 'x')],
    ['bytes', {}, Buffer.alloc(191 * 1024, 255)],
    ['packed text', { ...TEXT, 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(255 * 1024, 'x'))],
  ])('that is an output may be as large as one: %s', async (_, headers, body) => {
    const answer = await ask((response) => response.writeHead(200, headers).end(body));
    expect(outputJson(answer).length).toBeGreaterThan(254 * 1024);
  });

  test.each([
    [
      'with its size',
      { ...TEXT, 'content-length': 5 * MIB },
      `has ${5 * MIB} bytes, and an output takes at most 262144`,
    ],
    ['without its size', TEXT, 'has more than 262144 bytes, and an output takes at most 262144'],
  ])('that is larger is refused %s, and not read to its end', async (_, headers, sizes) => {
    let written = 0;
    await using server = await startWebServer((response) => {
      response.writeHead(200, headers);
      const write = (): void => {
        written += 64 * 1024;
        if (!response.destroyed) response.write(Buffer.alloc(64 * 1024), write);
      };
      write();
    });
    await expect(askPort(server.port)).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'answer-too-large',
      message: `The answer of one.test ${sizes}: ask for less of it, such as with a range header.`,
    });
    await expect.poll(() => server.connections.open).toBe(0);
    expect(written).toBeLessThan(20 * MIB);
  });

  test.each([
    ['quotes', TEXT, '"'.repeat(140 * 1024)],
    ['control characters', TEXT, '\u0001'.repeat(50 * 1024)],
    ['bytes', {}, Buffer.alloc(200 * 1024, 255)],
    [
      'a charset of single bytes',
      { 'content-type': 'text/plain; charset=latin1' },
      Buffer.alloc(140 * 1024, 0xe9),
    ],
  ])('that is larger as JSON is refused: %s', async (_, headers, body) => {
    const asking = ask((response) => response.writeHead(200, headers).end(body));
    await expect(asking).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'answer-too-large',
      message: expect.stringMatching(
        /^The answer of one\.test takes (2[6-9]|3)\d+ bytes as JSON, and an output at most 262144:/,
      ),
    });
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('that is a bomb is refused: %s', async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(64 * MIB));
    const asking = ask((response) =>
      response.writeHead(200, { ...TEXT, 'content-encoding': encoding }).end(bomb),
    );
    await expect(asking).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'answer-too-large',
      message: `The answer of one.test has more than ${MAX_OUTPUT_BYTES} bytes when it is unpacked, and an output takes no more.`,
    });
  });

  test.each([
    ['gzip', Buffer.from('plain'), 'not the gzip that it says it is'],
    ['gzip', gzipSync('cut').subarray(0, 15), 'not the gzip that it says it is'],
    ['zstd', Buffer.from('x'), 'of another encoding than gzip, deflate and br'],
    ['gzip, gzip', gzipSync(gzipSync('twice')), 'of another encoding than gzip, deflate and br'],
  ])('that cannot be unpacked is refused: %s', async (encoding, body, why) => {
    const asking = ask((response) => response.writeHead(200, { 'content-encoding': encoding }).end(body));
    await expect(asking).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'answer-unreadable',
      message: `The answer of one.test cannot be read: it is ${why}.`,
    });
  });

  test('with headers beyond 16 KiB is not read', async () => {
    const asking = ask((response) => response.writeHead(200, { 'x-large': 'v'.repeat(17 * 1024) }).end());
    await expect(asking).rejects.toMatchObject({ code: 'answer-too-large' });
  });
});

async function ask(answering: Answering): Promise<HttpAnswer> {
  await using server = await startWebServer(answering);
  return await askPort(server.port);
}

async function askPort(port: number): Promise<HttpAnswer> {
  return requestOverHttp(inputOf(`http://one.test:${port}/`), attemptContext(), 3, loopbackNetwork());
}
