import * as fc from 'fast-check';
import { calls } from '../../shared/http/calls.ts';

/** What stands where a request would name something that exists. */
export interface Known {
  readonly ids: readonly string[];
  readonly tokens: readonly string[];
  readonly cursors: readonly string[];
}

/** A request that somebody might send who wishes us ill. */
export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly tenant: unknown;
}

const paths = [...new Set(Object.values(calls).map(({ path }) => path))];
const headerNames = [
  ...new Set(Object.values(calls).flatMap(({ headers }) => Object.keys(headers))),
  'content-type',
  'content-encoding',
  'if-none-match',
  'host',
  'x-forwarded-proto',
  '__proto__',
  'constructor',
];
const parameterNames = [
  ...new Set(Object.values(calls).flatMap(({ query }) => Object.keys(query))),
  '__proto__',
  'toString',
  'x',
];
const memberNames = [
  'action',
  'input',
  'startAt',
  'deadlineAt',
  'idempotencyKey',
  'tasks',
  'output',
  'error',
];
const more = [
  'progress',
  'percent',
  'message',
  'name',
  'code',
  '__proto__',
  'constructor',
  'prototype',
  'then',
];
const words = [
  'echo',
  'fails',
  'approve',
  'succeeded',
  'started',
  '1',
  '20',
  '0',
  '-1',
  '1e3',
  '99999999999999999999',
];

const oddText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...words) },
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\u202e',
    '../..',
    '%',
    '%ff',
    '"',
    'a,b',
    '9'.repeat(400),
    'x'.repeat(5000),
  ),
  fc.constantFrom('wait=5', 'respond-async, wait=1', 'wait="2"', '*', 'W/"x"', '2026-02-30T00:00:00Z'),
);

/** What a JSON text may hold, number by number and name by name. */
const { value: oddJson } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    oddText,
    fc.constantFrom<unknown>(null, true, 0, -0, 1e308, 5e-324, 2 ** 53, 101, 50, '2026-01-02T00:00:00Z'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom(...memberNames, ...more), tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));

const goodBodies: readonly unknown[] = [
  { action: 'echo', input: { a: [1, 2, 3] } },
  { action: 'echo', input: 1, startAt: '2026-01-01T01:00:00Z', deadlineAt: '2026-01-02T00:00:00+01:00' },
  { action: 'fails', input: { why: 'so' } },
  { action: 'fails', input: { why: 1 } },
  { action: 'approve' },
  { tasks: [{ action: 'echo', input: 1 }, { action: 'fails', input: 2, idempotencyKey: 'k' }, 3] },
  { output: { approved: true } },
  { error: { message: 'no', code: 'no' } },
  { progress: { percent: 50 } },
  {},
];

const encode = (text: string) => new TextEncoder().encode(text);

const body = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 4, arbitrary: fc.constantFrom(...goodBodies).map((value) => encode(JSON.stringify(value))) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...goodBodies), fc.constantFrom(...memberNames, ...more), oddJson)
      // As text: an object would not keep a member that is called __proto__.
      .map(([good, name, value]) => {
        const text = JSON.stringify(good).replace(/}$/, '');
        const comma = text === '{' ? '' : ',';
        return encode(`${text}${comma}${JSON.stringify(name)}:${JSON.stringify(value)}}`);
      }),
  },
  oddJson.map((value) => encode(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 60 }),
  fc
    .constantFrom('[', '{"a":1e999}', '"\\ud800"', '['.repeat(3000), '{"action":"echo","action":"echo"}')
    .map(encode),
);

function headersWith(known: Known): fc.Arbitrary<Readonly<Record<string, string>>> {
  const value = fc.oneof(
    oddText,
    fc.constantFrom(...known.tokens, 'k', '"k"', 'application/json', 'text/plain', 'gzip'),
  );
  const some = fc.array(fc.tuple(fc.constantFrom(...headerNames), value), { maxLength: 4 });
  return fc
    .tuple(fc.boolean(), some)
    .map(([isJson, entries]) =>
      Object.fromEntries(isJson ? [...entries, ['content-type', 'application/json']] : entries),
    );
}

function pathWith(known: Known): fc.Arbitrary<string> {
  const id = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...known.ids) },
    oddText.map((text) => encodeURIComponent(text.toWellFormed())),
  );
  const place = fc
    .tuple(fc.constantFrom(...paths, '/v1', '/', '/v1/tasks/', '/v1/tasks/{id}/x', '/__proto__'), id)
    .map(([template, value]) => template.replace('{id}', value));
  const value = fc.oneof({ weight: 3, arbitrary: oddText }, fc.constantFrom(...known.cursors));
  const query = fc.array(fc.tuple(fc.constantFrom(...parameterNames), value), { maxLength: 3 });
  return fc.tuple(place, query).map(([at, entries]) => {
    const text = entries.map(([name, odd]) => `${name}=${encodeURIComponent(odd.toWellFormed())}`).join('&');
    return text === '' ? at : `${at}?${text}`;
  });
}

/** Requests that are half right, and wrong in every way there is. */
export function hostileRequests(known: Known): fc.Arbitrary<HostileRequest> {
  return fc.record({
    method: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('GET', 'POST') },
      fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', '__proto__', 'get', ''),
    ),
    path: pathWith(known),
    headers: headersWith(known),
    body,
    tenant: fc.oneof(
      { weight: 6, arbitrary: fc.constant('mallory') },
      fc.constantFrom<unknown>(undefined, '', 1, null, '\ud800', 'victim/x', 'x'.repeat(2000), '__proto__'),
    ),
  });
}
