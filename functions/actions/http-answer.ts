import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { MAX_OUTPUT_BYTES } from '../../shared/task/limits.ts';
import { PermanentError } from '../../shared/task/permanent-error.ts';
import type { Reply } from './http-exchange.ts';
import { hostOf } from './http-target.ts';

/** What `http-request` returns: `body` where the answer is text, else `bodyBase64`. */
export type HttpAnswer = {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
} & ({ readonly body: string } | { readonly bodyBase64: string });

const DECODERS: ReadonlyMap<string, (body: Buffer) => Promise<Buffer>> = new Map([
  ['gzip', decoder(promisify(gunzip))],
  ['x-gzip', decoder(promisify(gunzip))],
  ['deflate', decoder(promisify(inflate))],
  ['br', decoder(promisify(brotliDecompress))],
]);

function decoder(
  decompress: (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>,
): (body: Buffer) => Promise<Buffer> {
  return (body) => decompress(body, { maxOutputLength: MAX_OUTPUT_BYTES });
}

/** Media types that are text though they are not `text/…`. */
const TEXT_TYPE =
  /^(text\/.*|application\/(json|xml|javascript|ecmascript|graphql|yaml|x-yaml|toml|sql|x-ndjson|x-www-form-urlencoded)|.*\+(json|xml|yaml))$/;

/**
 * The output for an answer, by the rules that the action `http-request` states.
 * @throws PermanentError with the code `answer-unreadable` or `answer-too-large`.
 */
export async function answerOf(url: URL, reply: Reply): Promise<HttpAnswer> {
  const body = await decoded(url, reply);
  const text = textOf(body, reply.headers.get('content-type')?.[0]);
  const answer = {
    url: url.href,
    status: reply.status,
    headers: Object.fromEntries(
      [...reply.headers].map(([name, values]) => [name, name === 'set-cookie' ? values : values.join(', ')]),
    ),
    ...(text === undefined ? { bodyBase64: body.toString('base64') } : { body: text }),
  };
  const bytes = Buffer.byteLength(JSON.stringify(answer));
  if (bytes <= MAX_OUTPUT_BYTES) return answer;
  throw new PermanentError(
    `The answer of ${hostOf(url)} takes ${bytes} bytes as JSON, and an output at most ${MAX_OUTPUT_BYTES}: ask for less of it, such as with a range header.`,
    { code: 'answer-too-large' },
  );
}

async function decoded(url: URL, { headers, body }: Reply): Promise<Buffer> {
  const encoding = headers.get('content-encoding')?.join(', ').toLowerCase() ?? 'identity';
  // Answers to HEAD, and 304, name the encoding of a body that is not there.
  if (encoding === 'identity' || body.length === 0) return body;
  const decode = DECODERS.get(encoding);
  if (decode === undefined) throw unreadable(url, 'of another encoding than gzip, deflate and br');
  try {
    return await decode(body);
  } catch (error) {
    const isBomb = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    if (!isBomb) throw unreadable(url, `not the ${encoding} that it says it is`);
    throw new PermanentError(
      `The answer of ${hostOf(url)} has more than ${MAX_OUTPUT_BYTES} bytes when it is unpacked, and an output takes no more.`,
      { code: 'answer-too-large' },
    );
  }
}

function unreadable(url: URL, why: string): PermanentError {
  return new PermanentError(`The answer of ${hostOf(url)} cannot be read: it is ${why}.`, {
    code: 'answer-unreadable',
  });
}

/** The text of a body that is text by its type and by its bytes; undefined for every other one. */
function textOf(body: Buffer, contentType: string | undefined): string | undefined {
  if (body.length === 0) return '';
  if (contentType === undefined) return isUtf8(body) ? body.toString() : undefined;
  const [type = '', ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset === undefined && !TEXT_TYPE.test(type)) return undefined;
  try {
    return new TextDecoder(charset?.replaceAll('"', '') ?? 'utf-8', { fatal: true }).decode(body);
  } catch {
    // Bytes that the charset does not have, or a charset that nobody knows: as text, they would be lost.
    return undefined;
  }
}
