import type { Call } from '../calls.ts';
import { problemResponse, problems } from '../problem.ts';
import type { ProblemCode } from '../problem.ts';
import { gatewayMedia } from './gateway-answers.ts';
import type { Example, MediaType, Named, Response } from './open-api-document.ts';
import { schemaRef } from './open-api-document.ts';
import type { OperationText, Success } from './operation-text.ts';
import { problemMeanings, problemOf } from './problem-schemas.ts';
import type { HeaderName } from './response-headers.ts';
import { describeHeaders } from './response-headers.ts';

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

/** Headers that a problem has, always or at times. API Gateway's answer of the same status has none. */
const PROBLEM_HEADERS: Partial<Record<ProblemCode, readonly HeaderName[]>> = {
  unavailable: ['Retry-After', 'Location'],
  'method-not-allowed': ['Allow'],
};

/** Every answer of a call, by status: successes, problems, and what API Gateway answers itself. `bodies` are examples by component. */
export function describeResponses(call: Call, text: OperationText, bodies: Named<unknown>): Named<Response> {
  const responses = new Map<number, Response>();
  for (const [status, success] of Object.entries({ ...text.successes, ...text.others })) {
    responses.set(Number(status), describeSuccess(success, bodies));
  }
  for (const [status, codes] of Map.groupBy(problemCodesOf(call, text), (code) => problems[code].status)) {
    responses.set(status, problemAnswer(codes));
  }
  for (const [status, media] of gatewayMedia(call, text)) {
    responses.set(status, withGateway(responses.get(status), media));
  }
  return Object.fromEntries([...responses].toSorted(([a], [b]) => a - b));
}

function problemCodesOf(call: Call, text: OperationText): readonly ProblemCode[] {
  const ofBody: readonly ProblemCode[] = ['content-too-large', 'unsupported-media-type'];
  return [
    'invalid-request',
    ...(text.isOpenToAll === true ? [] : (['tenant-missing'] as const)),
    ...(call.body === undefined ? [] : ofBody),
    ...text.problems,
    'internal-error',
  ];
}

function describeSuccess(
  { description, body, always, sometimes }: Success,
  bodies: Named<unknown>,
): Response {
  const described = { description, headers: describeHeaders(always, sometimes) };
  if (body === undefined) return described;
  const examples = body in bodies ? { examples: { [body]: { value: bodies[body] } } } : {};
  return { ...described, content: { [JSON_TYPE]: { schema: schemaRef(body), ...examples } } };
}

/** The answer that is one of these problems, which have one status. `Allow` is always there where it may be. */
export function problemAnswer(codes: readonly ProblemCode[]): Response {
  const names = codes.flatMap((code) => PROBLEM_HEADERS[code] ?? []);
  const always: readonly HeaderName[] = names.filter((name) => name === 'Allow');
  const media: MediaType = {
    schema: problemOf(codes),
    examples: Object.fromEntries(codes.map((code) => [code, exampleOf(code)])),
  };
  return {
    description: codes.map((code) => `${problems[code].title} ${problemMeanings[code]}`).join('\n\n'),
    headers: describeHeaders(
      always,
      names.filter((name) => !always.includes(name)),
    ),
    content: { [PROBLEM_TYPE]: media },
  };
}

function exampleOf(code: ProblemCode): Example {
  const { body } = problemResponse(code, { detail: problems[code].title });
  return { value: JSON.parse(body) };
}

function withGateway(
  ours: Response | undefined,
  { description, ...media }: MediaType & { readonly description: string },
): Response {
  const content = ours?.content ?? {};
  const json = content[JSON_TYPE];
  return {
    ...ours,
    description: ours === undefined ? description : `${ours.description}\n\n${description}`,
    content: {
      ...content,
      [JSON_TYPE]:
        json === undefined
          ? media
          : {
              schema: { anyOf: [json.schema, media.schema] },
              examples: { ...json.examples, ...media.examples },
            },
    },
  };
}
