import { defineAction } from '../../shared/task/action.ts';
import { httpRequestInput } from './http-request-input.ts';

const MAX_ATTEMPTS = 3;

/**
 * Makes an HTTP request: `{ url, method?, headers?, body? }` gives `{ url, status, headers, body }`.
 *
 * The input
 * - `url` begins with `https://`, names a public host in full, and has no user name and no password. Addresses in a URL, IPv4 or IPv6, are not
 *   taken, nor are names of one machine or network: without a dot, or below `localhost`, `local`, `internal`. At most 2,048 characters.
 * - `method` is GET (the default), HEAD, POST, PUT, PATCH, DELETE or OPTIONS. `body` is text, sent as UTF-8; GET and HEAD have none.
 * - `headers` is an object of texts: at most 64, names and values together at most 8,192 characters of ASCII. What frames the message (`host`,
 *   `content-length`, `transfer-encoding`, `connection`, `accept-encoding`, `proxy-…` and the like) cannot be set. `accept` (anything) and
 *   `user-agent` (`task-system`) are sent unless they are given, `content-type` only if it is.
 *
 * The output
 * - An answer of any status is a result, 404 and 500 too. `url` is the one that answered, after redirects, without its fragment.
 * - `headers` have names in lower case. What the server sent twice is joined by a comma; `set-cookie` is always a list of texts.
 * - `body` is the text of an answer that says it is text (`text/…`, JSON, XML, forms and so on, or any type with a charset) or does not say
 *   what it is, and whose bytes are such text: in its charset, else in UTF-8, without a byte order mark. Any other answer has `bodyBase64`
 *   instead of `body`, so that no byte is ever lost. An empty answer has `body: ''`.
 * - The request asks for no compression. Where a server compresses all the same, by gzip, deflate or br, `body` is unpacked, and `headers` are
 *   still those that it sent.
 * - The output must have at most 256 KiB as JSON, and the answer as many bytes, packed and unpacked.
 *
 * Where it goes
 * - The name is looked up once for each request, and the connection is made to an address of that answer; nothing between them looks
 *   again. If one of the addresses is not of the public internet (by IANA's registries of special addresses, with the private, link-local,
 *   loopback, metadata, documentation and multicast ones, mapped and tunnelled ones), nothing is connected to, even if others are.
 * - No proxy of the environment is used and no connection is kept. The certificate must be valid for the name.
 * - Up to five redirects are followed, each checked like the first URL. POST becomes GET after 301 and 302, every method but HEAD after 303;
 *   307 and 308 keep method and body. Another origin gets `accept`, `accept-language` and `user-agent` of the headers, none of the others,
 *   and never a body.
 *
 * Time and repetition
 * - The whole may take 55 s, redirects included; the look-up 10 s, each silence 10 s until the connection stands, and 30 s after that.
 * - A task has three attempts. An attempt whose request never went out is followed by another one. So is, where the request is safe to repeat, one
 *   that got no whole answer, or one of 408, 429, 502, 503, 504 (the last attempt returns it). `Retry-After` is not heeded.
 * - Safe to repeat are all methods but POST and PATCH; these too with an `idempotency-key` in the input, which says that the server keeps
 *   such keys. Without one they are sent with the task's own key, the same in every attempt, and are repeated all the same when the
 *   worker itself dies or loses its lease: no task can know what was sent before.
 *
 * Codes of a failed task
 * - For good: `url-refused`, `address-refused`, `redirect-refused` (a body to another origin), `too-many-redirects`, `answer-too-large`,
 *   `answer-unreadable` (packed in another way, or not as it says), `outcome-unknown` (a POST or PATCH was sent, and no whole answer came).
 * - After the last attempt: `connection-failed`, `answer-lost`. The messages name hosts, and nothing else of URL, headers and body.
 */
export const httpRequest = defineAction({
  name: 'http-request',
  input: httpRequestInput,
  timeoutMs: 60_000,
  retry: { maxAttempts: MAX_ATTEMPTS },
  async run(input, context) {
    const { requestOverHttp } = await import('./http-request.run.ts');
    return requestOverHttp(input, context, MAX_ATTEMPTS);
  },
});
