import { PermanentError } from '../../shared/task/permanent-error.ts';
import { isRedirect } from './http-exchange.ts';
import type { Hop, Reply } from './http-exchange.ts';
import { hostOf, readTarget } from './http-target.ts';

/** What of a request's headers another origin may see. All others may be credentials, whatever they are called. */
const HARMLESS = new Set(['accept', 'accept-encoding', 'accept-language', 'user-agent']);

/**
 * The request that an answer asks for instead of the one that it answers; undefined when it asks for none. RFC 9110, 15.4, and where that leaves a
 * choice, as browsers do: POST becomes GET after 301 and 302, every method but HEAD after 303, without the body and its headers.
 * @throws PermanentError with the code `url-refused` or `redirect-refused`.
 */
export function nextHop(hop: Hop, { status, headers }: Reply, protocol: string): Hop | undefined {
  if (!isRedirect(status, headers)) return undefined;
  const url = readTarget(headers.get('location')?.[0] ?? '', protocol, hop.url);
  if (typeof url === 'string') {
    throw new PermanentError(`${hostOf(hop.url)} redirects to another URL, which ${url}.`, {
      code: 'url-refused',
    });
  }
  const isGet = (status === 303 && hop.method !== 'HEAD') || (status < 303 && hop.method === 'POST');
  const method = isGet ? 'GET' : hop.method;
  const body = isGet ? undefined : hop.body;
  const isSameOrigin = url.origin === hop.url.origin;
  if (body !== undefined && !isSameOrigin) {
    throw new PermanentError(
      `${hostOf(hop.url)} redirects the ${method} to ${hostOf(url)}, and a body is sent to the origin of the input only: name the other one in the input.`,
      { code: 'redirect-refused' },
    );
  }
  const kept = [...hop.headers].filter(
    ([name]) => (isSameOrigin || HARMLESS.has(name)) && !(isGet && name.startsWith('content-')),
  );
  return { url, method, headers: new Map(kept), body };
}
