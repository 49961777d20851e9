import { cutToBytes } from '../task/utf8.ts';
import type { HttpResponse } from './message.ts';

/** Every problem that the API answers with, by the last part of its type. */
export const problems = {
  'invalid-request': { status: 400, title: 'The request is not valid.' },
  'invalid-cursor': { status: 400, title: 'The cursor is not one of this list.' },
  'tenant-missing': { status: 403, title: 'The caller belongs to no tenant.' },
  'token-invalid': { status: 403, title: 'The completion token is not valid.' },
  'action-not-found': { status: 404, title: 'There is no such action.' },
  'task-not-found': { status: 404, title: 'There is no such task.' },
  'not-found': { status: 404, title: 'There is nothing at this path.' },
  'method-not-allowed': { status: 405, title: 'This path does not take this method.' },
  'task-already-final': { status: 409, title: 'The task has ended already.' },
  'task-not-retryable': { status: 409, title: 'The task cannot be retried.' },
  'token-stale': { status: 409, title: 'The completion token is not of the newest attempt.' },
  'content-too-large': { status: 413, title: 'The request is too large.' },
  'unsupported-media-type': { status: 415, title: 'The body is not of a type that is taken here.' },
  'input-rejected': { status: 422, title: 'The action does not take this input.' },
  'output-rejected': { status: 422, title: 'The action does not have this output.' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key was used with another request.' },
  'internal-error': { status: 500, title: 'The service has failed.' },
  unavailable: { status: 503, title: 'The service cannot do this right now.' },
} as const;

/** The last part of a problem's type. */
export type ProblemCode = keyof typeof problems;

/** What is wrong, and where: a JSON pointer into the body (RFC 6901), a query parameter or a header. */
export interface Fault {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  /** The rule that is broken. */
  readonly detail: string;
}

/** The parts of a problem that its code does not tell. */
export interface ProblemOptions {
  readonly detail: string;
  readonly errors?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Members beside the standard ones. */
  readonly members?: Readonly<Record<string, boolean | string>>;
}

/** A problem document (RFC 9457). Its `type` is `urn:task-system:` and the code, and never changes. */
export function problemDocument(code: ProblemCode, { detail, errors, members }: ProblemOptions) {
  const { status, title } = problems[code];
  return { type: `urn:task-system:${code}`, title, status, detail, ...(errors && { errors }), ...members };
}

/** The answer that is a problem document. */
export function problemResponse(code: ProblemCode, options: ProblemOptions): HttpResponse {
  const document = problemDocument(code, options);
  return {
    status: document.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...options.headers,
    },
    body: JSON.stringify(document),
  };
}

/** Thrown where a request is read, to answer it with a problem. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions) {
    super(options.detail);
    this.code = code;
    this.options = options;
  }
}

/** The name of a query parameter is the caller's, and may be as long as a request line. */
const MAX_PARAMETER_BYTES = 128;

/** A 400 that names one part of the request. */
export function invalidRequest({ parameter, ...others }: Fault): RequestProblem {
  const fault: Fault = {
    ...(parameter !== undefined && { parameter: cutToBytes(parameter, MAX_PARAMETER_BYTES) }),
    ...others,
  };
  const where = fault.pointer ?? fault.parameter ?? fault.header ?? '';
  const subject = where === '' ? 'The body' : where;
  return new RequestProblem('invalid-request', { detail: `${subject} ${fault.detail}.`, errors: [fault] });
}

/** A JSON pointer (RFC 6901) to a member below `root`. */
export function pointerTo(root: string, path: readonly (string | number)[]): string {
  return root + path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
