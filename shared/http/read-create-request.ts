import * as v from 'valibot';
import { MAX_IDEMPOTENCY_KEY_LENGTH } from '../task/limits.ts';
import type { HttpRequest } from './message.ts';
import { pointerTo, RequestProblem, invalidRequest } from './problem.ts';
import { readJsonBody } from './read-body.ts';

const createBody = v.strictObject(
  {
    action: v.pipe(v.string('must be a string'), v.nonEmpty('must name an action')),
    input: v.optional(v.unknown()),
  },
  ({ expected }) => {
    if (expected === 'never') return 'is not a member of this request; it has action and input';
    return expected === 'Object' ? 'must be an object with action and input' : 'is missing';
  },
);

/** A request to create a task, as it came. */
export interface CreateTaskRequest {
  readonly action: string;
  readonly input: unknown;
  readonly idempotencyKey: string | undefined;
}

/** Reads `POST /tasks`. @throws RequestProblem that names each offending member and the rule */
export function readCreateRequest(request: HttpRequest): CreateTaskRequest {
  const result = v.safeParse(createBody, readJsonBody(request));
  if (!result.success) {
    const errors = result.issues.map((issue) => ({
      pointer: pointerTo(
        '',
        (issue.path ?? []).map(({ key }) => String(key)),
      ),
      detail: issue.message,
    }));
    const detail = errors
      .map((fault) => `${fault.pointer === '' ? 'the body' : fault.pointer} ${fault.detail}`)
      .join('; ');
    throw new RequestProblem('invalid-request', { detail, errors });
  }
  const { action, input } = result.output;
  return { action, input, idempotencyKey: readIdempotencyKey(request.headers['idempotency-key']) };
}

/** A quoted string as structured fields have it (RFC 8941, 3.3.3). */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** A bare key does not begin like a quoted one. */
const BARE = /^[!#-~][!-~]*$/;

/** The Idempotency-Key header (IETF draft): a quoted string; a bare one is taken as well, since most callers send that. */
function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = QUOTED.exec(header)?.[1]?.replace(/\\(["\\])/g, '$1') ?? header;
  if ((key === header && !BARE.test(key)) || key.length < 1 || key.length > MAX_IDEMPOTENCY_KEY_LENGTH) {
    throw invalidRequest({
      header: 'Idempotency-Key',
      detail: `must be 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} visible ASCII characters, quoted or not`,
    });
  }
  return key;
}
