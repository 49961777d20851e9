import * as v from 'valibot';
import type { Answer } from './http-client.ts';

const text = v.pipe(v.string(), v.nonEmpty());

// Not strict: RFC 9457, section 3.2, lets a problem carry more members.
const problemView = v.object({
  type: v.pipe(v.string(), v.startsWith('urn:task-system:')),
  title: text,
  status: v.number(),
  detail: text,
  errors: v.optional(
    v.array(
      v.object({
        pointer: v.optional(v.string()),
        parameter: v.optional(v.string()),
        header: v.optional(v.string()),
        detail: text,
      }),
    ),
  ),
});

/** What of a problem programs decide on. */
export interface ProblemView {
  /** The answer's own status, which the body repeats. */
  readonly status: number;
  /** The type without its `urn:task-system:`. */
  readonly code: string;
  /** What was at fault: JSON pointers into the body, query parameters, headers. */
  readonly places: readonly string[];
}

/**
 * The problem in an answer.
 * @throws Error when the body is not a problem as RFC 9457 and the API describe it, or belies the answer's status.
 */
export function problemOf(answer: Answer): ProblemView {
  const type = answer.headers.get('content-type');
  if (!/^application\/problem\+json\b/.test(type ?? '')) {
    throw new Error(
      `A problem comes as application/problem+json; this answer of status ${answer.status} is ${type}.`,
    );
  }
  const problem = v.parse(problemView, answer.json);
  if (problem.status !== answer.status) {
    throw new Error(`The problem says status ${problem.status}, the answer ${answer.status}.`);
  }
  const places = (problem.errors ?? []).map(
    ({ pointer, parameter, header }) => pointer ?? parameter ?? header ?? 'nowhere',
  );
  return { status: answer.status, code: problem.type.slice('urn:task-system:'.length), places };
}
