import { AwsClient } from 'aws4fetch';
import type { AcceptanceTarget } from './acceptance-target.ts';

/** An HTTP answer; `json` is undefined where the body is not JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: unknown;
}

/** What goes into a request beside its method and path. No Content-Type is sent unless it is named here. */
interface RequestParts {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one request to `path` below the API's base, such as `/tasks`. An answer of any status is an answer. */
export type Send = (method: string, path: string, parts?: RequestParts) => Promise<Answer>;

/** Longer than any wait that the API holds, so that a server which never answers fails its test and no more. */
const ANSWER_WITHIN_MS = 60_000;

/**
 * Sends requests to `target`, signed with SigV4 for the service `execute-api` where it names a region; then the credentials come
 * from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, if set, AWS_SESSION_TOKEN.
 * @throws Error when a region is named and the credentials are not set.
 */
export function httpClient(target: Pick<AcceptanceTarget, 'url' | 'signRegion'>): Send {
  const signer = target.signRegion === null ? undefined : signerFor(target.signRegion);
  return async (method, path, { body, headers = {} } = {}) => {
    const url = `${target.url}${path}`;
    // As bytes: fetch gives a text a Content-Type of its own.
    const bytes = body === undefined ? {} : { body: new TextEncoder().encode(body) };
    const init = { method, headers, ...bytes };
    const request = signer === undefined ? new Request(url, init) : await signer.sign(url, init);
    const response = await fetch(request, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    const json: unknown = isJson && method !== 'HEAD' ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, json };
  };
}

function signerFor(region: string): AwsClient {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) {
    throw new Error(
      `Signing for ${region} needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN for a role).`,
    );
  }
  return new AwsClient({
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
    service: 'execute-api',
    region,
  });
}
