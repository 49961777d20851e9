/** What is wrong in a request, and where: a JSON pointer into the body, a query parameter or a header. */
export interface ApiFault {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  /** The rule that is broken. */
  readonly detail: string;
}

/** What an error of the API tells beside its message. */
export interface TaskApiErrorMembers {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly ApiFault[];
  readonly taskId?: string;
}

/** The API, or the gateway before it, refused a request, or could not answer it in all tries. */
export class TaskApiError extends Error {
  override readonly name = 'TaskApiError';
  /** The answer's HTTP status. */
  readonly status: number;
  /**
   * For programs. The API's own codes: `invalid-request`, `action-not-found`, `task-not-found`, `input-rejected`, `task-already-final`, `unavailable` …
   * What answers before it: `unauthorized`, `forbidden`, `content-too-large`, `too-many-requests`, `gateway-error` (any other status).
   * `unexpected-answer`: a success that is not of this API, most often because the URL is wrong.
   */
  readonly code: string;
  /** What is wrong, in a sentence for people. */
  readonly detail: string;
  /** The offending parts of the request; empty where the answer names none. */
  readonly errors: readonly ApiFault[];
  /** The task that a create has stored, where the answer says that it could not do more. */
  readonly taskId: string | undefined;

  constructor({ status, code, detail, errors = [], taskId }: TaskApiErrorMembers) {
    super(`${detail} (${status} ${code})`);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.taskId = taskId;
  }
}

/** No answer came in all tries: nobody listens there, the connection broke, or time ran out. The request may have been carried out. */
export class TaskNetworkError extends Error {
  override readonly name = 'TaskNetworkError';
  /** How often the request was sent. */
  readonly tries: number;

  constructor(request: string, tries: number, cause: unknown) {
    const times = tries === 1 ? 'once' : `${tries} times`;
    super(`${request} was sent ${times} and not answered: ${reasonOf(cause)}.`, { cause });
    this.tries = tries;
  }
}

/** Whether an error may be gone at the next try: no answer, too many requests, or a failure of the other side. */
export function isPassing(error: unknown): boolean {
  if (error instanceof TaskApiError) return error.status === 429 || error.status >= 500;
  return error instanceof TaskNetworkError;
}

/** The innermost reason of a failed fetch: Node's says only "fetch failed", and its cause why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  // Of several addresses that were tried Node makes one error without a message.
  return error.message === '' ? code : error.message.replace(/\.$/, '');
}
