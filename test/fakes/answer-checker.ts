import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonSchema, OpenApiDocument } from '../../shared/http/openapi/open-api-document.ts';
import { describedResponses, escapeStep } from './described-responses.ts';

/** An answer as it came. */
interface SeenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>> | Headers;
  /** Undefined where the body was left out because the request was a HEAD. */
  readonly body?: string;
}

/**
 * Checks an answer against the document.
 * @param operationId the call, or `elsewhere` for a request that no call takes, and for OPTIONS.
 * @throws Error when its status, content type, headers or body are not described.
 */
export type CheckAnswer = (operationId: string, answer: SeenAnswer) => void;

interface CheckedResponse {
  /** By content type; empty for an answer without a body. */
  readonly bodies: ReadonlyMap<string, ValidateFunction>;
  readonly headers: ReadonlyMap<string, { readonly required: boolean; readonly validate: ValidateFunction }>;
}

/** An Ajv that knows every schema of the document, at its pointer below `api`. */
export function compileDocument(document: OpenApiDocument): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
  addFormats.default(ajv);
  // A discriminator only repeats what `oneOf` says. The other words stand around the schemas.
  ajv.addVocabulary(['discriminator', ...Object.keys(document)]);
  return ajv.addSchema({ ...document }, 'api');
}

/**
 * Checks answers by the document, and more strictly than callers may: an object of an answer has no members that are not described, and a
 * header that is described anywhere is only where it is described.
 */
export function answerChecker(document: OpenApiDocument): CheckAnswer {
  const ajv = compileDocument(withoutFurtherMembers(document));
  const checked = new Map<string, CheckedResponse>();
  for (const { operationId, status, response, pointer } of describedResponses(document)) {
    const compiled = (...steps: readonly string[]): ValidateFunction => {
      const place = `api${[pointer, ...steps.map(escapeStep)].join('/')}`;
      const validate = ajv.getSchema(place);
      if (validate === undefined) throw new Error(`The document has no schema at ${place}.`);
      return validate;
    };
    const types = Object.keys(response.content ?? {});
    checked.set(`${operationId} ${status}`, {
      bodies: new Map(types.map((type) => [type, compiled('content', type, 'schema')])),
      headers: new Map(
        Object.entries(response.headers ?? {}).map(([name, { required = false }]) => [
          name,
          { required, validate: compiled('headers', name, 'schema') },
        ]),
      ),
    });
  }
  const known = new Set([...checked.values()].flatMap(({ headers }) => Array.from(headers.keys())));
  return (operationId, answer) => {
    const what = `${operationId} answered ${answer.status}`;
    const described = checked.get(`${operationId} ${answer.status}`);
    if (described === undefined) throw new Error(`${what}, which is not described.`);
    const headers = new Headers(answer.headers);
    checkHeaders(what, described.headers, headers, known);
    if (answer.body !== undefined) checkBody(what, described.bodies, headers, answer.body);
  };
}

function checkHeaders(
  what: string,
  described: CheckedResponse['headers'],
  headers: Headers,
  known: ReadonlySet<string>,
): void {
  for (const name of known) {
    const value = headers.get(name);
    const header = described.get(name);
    if (value === null) {
      if (header?.required === true) throw new Error(`${what} without ${name}.`);
      continue;
    }
    const seen = `${what} with ${name}: ${value}`;
    if (header === undefined) throw new Error(`${seen}, which is not described.`);
    if (!header.validate(value)) throw new Error(`${seen}, which ${reasonOf(header.validate)}.`);
  }
}

function checkBody(what: string, bodies: CheckedResponse['bodies'], headers: Headers, body: string): void {
  if (bodies.size === 0) {
    if (body !== '') throw new Error(`${what} with a body, and none is described.`);
    return;
  }
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'no content type';
  const validate = bodies.get(type);
  if (validate === undefined) throw new Error(`${what} with ${type}, which is not described.`);
  const value: unknown = JSON.parse(body);
  if (!validate(value)) {
    throw new Error(`${what} with a body that ${reasonOf(validate)}: ${body.slice(0, 1000)}`);
  }
}

function reasonOf({ errors }: ValidateFunction): string {
  return (errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`.trim()).join(', ');
}

/** The same document, in which objects of answers have described members only. What an action takes or gives is the action's. */
function withoutFurtherMembers(document: OpenApiDocument): OpenApiDocument {
  const schemas = Object.entries(document.components.schemas).map(([name, schema]) => [
    name,
    /^(?:In|Out)putOf/.test(name) ? schema : closed(schema),
  ]);
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(schemas) } };
}

function closed(schema: JsonSchema): JsonSchema {
  // Of an allOf no part knows the members of the others.
  const members = Object.entries(schema).map(([keyword, value]) => [
    keyword,
    keyword === 'allOf' ? value : closedInside(value),
  ]);
  const isOpen = schema['type'] === 'object' && 'properties' in schema && !('additionalProperties' in schema);
  return { ...Object.fromEntries(members), ...(isOpen && { additionalProperties: false }) };
}

function closedInside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedInside);
  return typeof value === 'object' && value !== null ? closed({ ...value }) : value;
}
