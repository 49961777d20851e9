import * as v from 'valibot';
import { validate } from '../task/validate.ts';
import { pointerTo, RequestProblem, invalidRequest } from './problem.ts';

const createBody = v.strictObject(
  {
    action: v.pipe(v.string('must be a string'), v.nonEmpty('must name an action')),
    input: v.optional(v.unknown()),
  },
  ({ expected }) =>
    expected === 'never' ? 'is not a member of this request; it has action and input' : 'is missing',
);

/** What a request to create a task asks for. */
export interface CreateBody {
  readonly action: string;
  readonly input: unknown;
}

/** Reads the body of a request to create a task. @throws RequestProblem that names each offending member and the rule */
export async function readCreateBody(body: unknown): Promise<CreateBody> {
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
  return { action, input };
}
