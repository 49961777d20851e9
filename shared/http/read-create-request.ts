import * as v from 'valibot';
import { MAX_IDEMPOTENCY_KEY_LENGTH } from '../task/limits.ts';
import { validate } from '../task/validate.ts';
import type { HttpRequest } from './message.ts';
import { pointerTo, RequestProblem, invalidRequest } from './problem.ts';
import { readJsonBody } from './read-body.ts';

const createBody = v.strictObject(
  {
    action: v.pipe(v.string('must be a string'), v.nonEmpty('must name an action')),
    input: v.optional(v.unknown()),
  },
  ({ expected }) =>
    expected === 'never' ? 'is not a member of this request; it has action and input' : 'is missing',
);

/** A request to create a task, as it came. */
export interface CreateTaskRequest {
  readonly action: string;
  readonly input: unknown;
  readonly idempotencyKey: string | undefined;
}

/** Reads `POST /tasks`. @throws RequestProblem that names each offending member and the rule */
export async function readCreateRequest(request: HttpRequest): Promise<CreateTaskRequest> {
  for (const parameter of request.query.keys()) {
    throw invalidRequest({ parameter, detail: 'is not a parameter of this call; it has none' });
  }
  const body = readJsonBody(request);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidRequest({ pointer: '', detail: 'must be an object with action and input' });
  }
  const result = await validate(createBody, body);
  if ('issues' in result) {
    const errors = result.issues.map(({ path, message }) => ({
      pointer: pointerTo('', path),
      detail: message,
    }));
    const detail = `${errors.map((fault) => `${fault.pointer} ${fault.detail}`).join('; ')}.`;
    throw new RequestProblem('invalid-request', { detail, errors });
  }
  const { action, input } = result.value;
  return { action, input, idempotencyKey: readIdempotencyKey(request.headers['idempotency-key']) };
}

/** A quoted string as structured fields have it (RFC 8941, 3.3.3). */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** A bare key does not begin like a quoted one, and has no comma: that is how two headers become one. */
const BARE = /^[!#-+\--~][!-+\--~]*$/;

/** The Idempotency-Key header (IETF draft): a quoted string; a bare one is taken as well, since most callers send that. */
function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = QUOTED.exec(header)?.[1]?.replace(/\\(["\\])/g, '$1') ?? header;
  if ((key === header && !BARE.test(key)) || key.length < 1 || key.length > MAX_IDEMPOTENCY_KEY_LENGTH) {
    throw invalidRequest({
      header: 'Idempotency-Key',
      detail: `must be one key of 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} visible ASCII characters; one with a comma or a space is quoted`,
    });
  }
  return key;
}
