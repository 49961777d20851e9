import * as v from 'valibot';
import { readTarget } from './http-target.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const MAX_HEADERS = 64;
/** Names and values together; servers take 8 KiB at least. */
const MAX_HEADER_CHARACTERS = 8192;
/** RFC 9110, 5.6.2. */
const NAME = /^[!#$%&'*+.^`|~\w-]+$/;
const VALUE = /^[\t -~]*$/;
/** They frame the message or belong to one connection: who sets them can have two servers disagree on where a message ends. */
const FRAMING =
  /^(accept-encoding|connection|content-length|expect|host|http2-settings|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

const members = v.strictObject({
  url: v.string(),
  method: v.optional(v.picklist(METHODS), 'GET'),
  // Not v.record, which loses a header called constructor without a word.
  headers: v.optional(
    v.custom<Readonly<Record<string, string>>>(isObjectOfTexts, 'must be an object of names and texts'),
    {},
  ),
  body: v.optional(v.string()),
});

/** What `http-request` takes. */
export const httpRequestInput = v.pipe(
  members,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const [message, key, ...keys] of findFaults(dataset.value)) {
      addIssue({ message, path: [pathItem(key), ...keys.map(pathItem)] });
    }
  }),
  v.examples([{ url: 'https://example.com/', method: 'GET', headers: {} }]),
);

/** An input as the schema gives it, its defaults filled in. */
export type HttpRequestInput = v.InferOutput<typeof members>;

/** A rule, and the keys that lead to what breaks it. */
type Fault = readonly [rule: string, key: string, ...keys: readonly string[]];

function* findFaults({ url, method, headers, body }: HttpRequestInput): Generator<Fault> {
  const target = readTarget(url, 'https:');
  if (typeof target === 'string') yield [target, 'url'];
  if (body !== undefined && /GET|HEAD/.test(method)) yield ['is not for GET and HEAD', 'body'];
  const names = new Set<string>();
  let characters = 0;
  for (const [name, value] of Object.entries(headers)) {
    const rule = findRule(name, value, names);
    if (rule !== undefined) yield [rule, 'headers', name];
    names.add(name.toLowerCase());
    characters += name.length + value.length;
  }
  if (names.size > MAX_HEADERS || characters > MAX_HEADER_CHARACTERS) {
    yield [`must be at most ${MAX_HEADERS} of ${MAX_HEADER_CHARACTERS} characters in all`, 'headers'];
  }
}

function findRule(name: string, value: string, before: ReadonlySet<string>): string | undefined {
  if (!NAME.test(name)) return 'must have a name of letters, digits and hyphens';
  if (FRAMING.test(name)) return 'is set by the request itself';
  if (before.has(name.toLowerCase())) return 'stands twice, in other letter case';
  return VALUE.test(value) ? undefined : 'must be visible ASCII, spaces and tabs';
}

function isObjectOfTexts(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === 'string')
  );
}

function pathItem(key: string): v.UnknownPathItem {
  return { type: 'unknown', origin: 'value', input: undefined, key, value: undefined };
}
