import { taskPath } from '../representation.ts';
import { SAMPLE_ID } from './sample-tasks.ts';
import type { Header, Named } from './open-api-document.ts';

const headers = {
  Location: {
    description: 'The path of the task.',
    schema: { type: 'string', format: 'uri-reference' },
    example: taskPath(SAMPLE_ID),
  },
  'Retry-After': {
    description: 'Whole seconds after which to ask again; the longer a task takes, the more.',
    schema: { type: 'string', pattern: '^[1-9]\\d*$' },
    example: '1',
  },
  ETag: {
    description: 'Another one if and only if the body is another one; for If-None-Match.',
    schema: { type: 'string', pattern: '^"[^"]+"$' },
    example: '"k2nZ8c1rCkQh0X8mX4bJw1l0b8i0pXv6u3bq1m2t7yU"',
  },
  'Preference-Applied': {
    description: 'The wait that was granted, where `Prefer` asked for one.',
    schema: { type: 'string', pattern: '^wait=[1-9]\\d*$' },
    example: 'wait=20',
  },
  'Idempotency-Replayed': {
    description: 'That the request came before: this is the first task, as it is now.',
    schema: { type: 'string', const: 'true' },
    example: 'true',
  },
  Allow: {
    description: 'The methods that the path takes.',
    schema: { type: 'string' },
    example: 'GET, HEAD, OPTIONS',
  },
} as const satisfies Named<Header>;

/** The name of a header of an answer. */
export type HeaderName = keyof typeof headers;

/** Headers of an answer, by name. */
export function describeHeaders(
  always: readonly HeaderName[] = [],
  sometimes: readonly HeaderName[] = [],
): Named<Header> {
  return Object.fromEntries([
    ...always.map((name) => [name, { ...headers[name], required: true }] as const),
    ...sometimes.map((name) => [name, headers[name]] as const),
  ]);
}
