import * as v from 'valibot';
import { validate } from '../task/validate.ts';
import type { Call, PartSchema } from './calls.ts';
import type { HttpRequest } from './message.ts';
import { invalidRequest, pointerTo, RequestProblem } from './problem.ts';
import { readJsonBody } from './read-body.ts';
import { listed } from './request-object.ts';

type Parts<Schemas extends Readonly<Record<string, PartSchema>>> = {
  readonly [Name in keyof Schemas]?: v.InferOutput<Schemas[Name]> | undefined;
};

/** What `?name=value` may hold in digits, and then stands for a number. */
const DIGITS = /^[0-9]+$/;

/** The query and the headers of a request, as far as its call has them. @throws RequestProblem for a parameter that the call has not, that comes twice, and for any part that breaks its rule */
export function readParameters<Query extends Call['query'], Headers extends Call['headers']>(
  call: { readonly query: Query; readonly headers: Headers },
  { query, headers }: Pick<HttpRequest, 'query' | 'headers'>,
): { readonly query: Parts<Query>; readonly headers: Parts<Headers> } {
  const known = listed(Object.keys(call.query));
  for (const parameter of query.keys()) {
    if (!Object.hasOwn(call.query, parameter)) {
      throw invalidRequest({ parameter, detail: `is not a parameter of this call; it has ${known}` });
    }
    if (query.getAll(parameter).length > 1) throw invalidRequest({ parameter, detail: 'must come once' });
  }
  return {
    query: readParts(call.query, (name) => query.get(name) ?? undefined, 'parameter'),
    headers: readParts(call.headers, (name) => headers[name], 'header'),
  };
}

function readParts<Schemas extends Readonly<Record<string, PartSchema>>>(
  schemas: Schemas,
  textOf: (name: string) => string | undefined,
  where: 'parameter' | 'header',
): Parts<Schemas> {
  const parts: Parts<Schemas> = {};
  for (const [name, schema] of Object.entries(schemas)) {
    const text = textOf(name);
    if (text === undefined) continue;
    const isNumber = schema.type === 'number' && DIGITS.test(text);
    const result = v.safeParse(schema, isNumber ? Number(text) : text);
    if (!result.success) {
      throw invalidRequest({
        [where]: where === 'header' ? headerName(name) : name,
        detail: result.issues[0].message,
      });
    }
    Object.assign(parts, { [name]: result.output });
  }
  return parts;
}

/** `idempotency-key` as people write it: `Idempotency-Key`. The W3C writes `traceparent` so. */
export function headerName(name: string): string {
  if (name === 'traceparent') return name;
  return name.replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** The body of a request, of which nothing counts as `{}` where the call says so. @throws RequestProblem: what `readJsonBody` refuses, and a 400 that names each offending member */
export async function readBody<Schema extends PartSchema>(
  call: { readonly body: Schema; readonly bodyIsOptional?: true },
  request: HttpRequest,
): Promise<v.InferOutput<Schema>> {
  const isLeftOut = call.bodyIsOptional === true && request.body.length === 0;
  return readValue(call.body, isLeftOut ? {} : readJsonBody(request));
}

/**
 * A JSON value that should be what `schema` says.
 * @param root where in the body it stands, as a JSON pointer (RFC 6901).
 * @throws RequestProblem that names each offending member and the rule
 */
export async function readValue<Schema extends PartSchema>(
  schema: Schema,
  value: unknown,
  root = '',
): Promise<v.InferOutput<Schema>> {
  // To valibot a list is an object too.
  if (Array.isArray(value)) throw invalidRequest({ pointer: root, detail: 'must be an object' });
  const result = await validate(schema, value);
  if ('value' in result) return result.value;
  const errors = result.issues.map(({ path, message }) => ({
    pointer: pointerTo(root, path),
    detail: message,
  }));
  const detail = errors.map((fault) => `${fault.pointer || 'The body'} ${fault.detail}`).join('; ');
  throw new RequestProblem('invalid-request', { detail: `${detail}.`, errors });
}
