/** A request, independent of who delivered it. */
export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  /** As sent, without the query, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case; a header that came more than once is joined by commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** What the authorizer says of the caller, by name; empty where there is none. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
}

/** An answer, independent of who delivers it. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer without a body. */
export function emptyResponse(status: number, headers: Readonly<Record<string, string>>): HttpResponse {
  return { status, headers: { 'cache-control': 'no-store', ...headers }, body: '' };
}

/** An answer with a JSON body. It is never cached: a task's state is true for a moment only. */
export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  };
}
