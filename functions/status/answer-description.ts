import { jsonResponse } from '../../shared/http/message.ts';
import type { HttpRequest, HttpResponse } from '../../shared/http/message.ts';

/** Makes what answers `GET /v1/openapi.json`: the document that the synth has made, and where it is served. */
export function descriptionAnswer(
  readDescription: () => Promise<string>,
): (request: HttpRequest) => Promise<HttpResponse> {
  let document: unknown;
  return async ({ headers }) => {
    document ??= JSON.parse(await readDescription());
    return jsonResponse(200, Object.assign({}, document, { servers: [{ url: serverUrl(headers) }] }));
  };
}

/** Where the caller has reached us, by the name that it used: an own domain has another than API Gateway's. */
function serverUrl({ host = '', 'x-forwarded-proto': protocol = 'https' }: HttpRequest['headers']): string {
  const base = '/v1';
  const url = URL.parse(base, `${protocol === 'http' ? 'http' : 'https'}://${host}`);
  return url?.host === host.toLowerCase() ? url.href : base;
}
