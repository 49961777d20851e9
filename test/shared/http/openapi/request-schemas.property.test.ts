import type { ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { actions } from '#actions';
import { batchTask, createBody } from '../../../../shared/http/bodies.ts';
import { calls } from '../../../../shared/http/calls.ts';
import type { PartSchema } from '../../../../shared/http/calls.ts';
import { describeApi } from '../../../../shared/http/openapi/describe-api.ts';
import { compileDocument } from '../../../fakes/answer-checker.ts';

const ofShipped = compileDocument(describeApi(actions));
/** Without actions the document takes any action's name and any input, as the parser does. */
const ofAny = compileDocument(describeApi([]));

const times = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('2026-11-24T09:30:00Z', '2026-11-24T09:30:00.125+02:00') },
  { weight: 1, arbitrary: fc.constantFrom('2026-02-30T00:00:00Z', '2026-11-24', '09:30', '') },
);
const texts = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 70 }),
  fc.constantFrom('', 'x', 'a'.repeat(255), 'a'.repeat(256)),
);
const scalars = fc.oneof(
  texts,
  times,
  fc.integer({ min: -2, max: 102 }),
  fc.double(),
  fc.constantFrom(null, true),
);
const values = fc.oneof(
  scalars,
  fc.array(scalars, { maxLength: 2 }),
  fc.dictionary(texts, scalars, { maxKeys: 2 }),
);

/** Objects with some of these members, mostly right, and sometimes another one. */
function nearly(right: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  const members = Object.entries(right).map(([name, value]) => [
    name,
    fc.oneof({ weight: 12, arbitrary: value }, { weight: 1, arbitrary: values }),
  ]);
  const others = fc.dictionary(fc.constantFrom('other', 'constructor', ''), values, { maxKeys: 1 });
  return fc
    .tuple(
      fc.record(Object.fromEntries(members), { requiredKeys: [] }),
      fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: others }),
    )
    .map(([known, more]) => Object.assign({}, known, more));
}

const taskMembers = {
  action: fc.constantFrom('sleep', 'other', 'third', ''),
  input: values,
  startAt: times,
  deadlineAt: times,
};
const error = nearly({
  message: texts,
  name: texts,
  code: fc.constantFrom('not-found', 'a b', 'x'.repeat(65)),
});
const progress = nearly({ percent: fc.integer({ min: -5, max: 105 }), message: texts });

const bodies: Readonly<
  Record<string, { schema: PartSchema; component: string; body: fc.Arbitrary<unknown> }>
> = {
  createTask: { schema: createBody, component: 'TaskRequest', body: nearly(taskMembers) },
  'a task of a batch': {
    schema: batchTask,
    component: 'TaskInBatch',
    body: nearly({ ...taskMembers, idempotencyKey: texts }),
  },
  cancelTask: { schema: calls.cancelTask.body, component: 'EmptyRequest', body: nearly({}) },
  succeedTask: {
    schema: calls.succeedTask.body,
    component: 'SucceedRequest',
    body: nearly({ output: values }),
  },
  failTask: { schema: calls.failTask.body, component: 'FailRequest', body: nearly({ error }) },
  heartbeatTask: {
    schema: calls.heartbeatTask.body,
    component: 'HeartbeatRequest',
    body: nearly({ progress }),
  },
};

function component(ajv: typeof ofAny, name: string): ValidateFunction {
  const validate = ajv.getSchema(`api#/components/schemas/${name}`);
  if (validate === undefined) throw new Error(`No component ${name}.`);
  return validate;
}

describe('a body that the document takes is one that the parser takes, and the converse', () => {
  test.each(Object.entries(bodies))('%s', (_, { schema, component: name, body }) => {
    const validate = component(ofAny, name);
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(body, (value) => {
        const { success } = v.safeParse(schema, value);
        seen[success ? 'taken' : 'refused'] += 1;
        expect(validate(value)).toBe(success);
      }),
      { numRuns: 2000 },
    );
    // Else the property has compared nothing.
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(20);
  });

  test('createTasks, by the number of its tasks', () => {
    const validate = component(ofAny, 'BatchRequest');
    for (const length of [0, 1, 99, 100, 101]) {
      const body = { tasks: Array.from({ length }, () => ({ action: 'x' })) };
      expect(validate(body)).toBe(v.is(calls.createTasks.body, body));
    }
  });
});

describe('with the schemas of actions', () => {
  const inputs = new Map([
    ['csv-profile', nearly({ csv: texts })],
    ['sleep', nearly({ seconds: fc.double({ min: -10, max: 250 }) })],
    [
      'http-request',
      nearly({
        url: fc.constantFrom('https://example.com/', 'http://localhost/'),
        method: fc.constantFrom('POST', 'PUT', 'get'),
        body: texts,
      }),
    ],
  ]);

  test.each(actions.map((action) => [action.name, action] as const))(
    '%s: an input that it takes is one that the document takes',
    (_, { name, input }) => {
      const validate = component(ofShipped, 'TaskRequest');
      const seen = { taken: 0, refused: 0 };
      fc.assert(
        fc.property(inputs.get(name) ?? values, (value) => {
          const taken = v.is(input, value);
          seen[taken ? 'taken' : 'refused'] += 1;
          // What JSON Schema cannot state, a public host say, the document takes and the service refuses.
          const isStated = taken || name !== 'http-request';
          expect(isStated ? validate({ action: name, input: value }) : taken).toBe(taken);
        }),
        { numRuns: 1000 },
      );
      expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(20);
    },
  );

  test('another action is not', () => {
    expect(component(ofShipped, 'TaskRequest')({ action: 'other', input: {} })).toBe(false);
  });
});

describe('a parameter that the parser takes is described, and the converse', () => {
  const parts = Object.entries(calls).flatMap(([operationId, call]) =>
    [Object.entries<PartSchema>(call.query), Object.entries<PartSchema>(call.headers)]
      .flat()
      .map(([name, schema]) => ({ operationId, name, schema })),
  );
  const operations = Object.values(describeApi([]).paths).flatMap((methods) => Object.values(methods));

  test.each(parts)('$operationId: $name', ({ operationId, name, schema }) => {
    const described = operations
      .find((operation) => operation.operationId === operationId)
      ?.parameters.find((parameter) => parameter.name.toLowerCase() === name.toLowerCase());
    const validate = ofAny.compile(described?.schema ?? false);
    const value = fc.oneof(
      scalars,
      fc.constantFrom('succeeded', 'cancelled', 'stopped', '"a, b"', '"a', 'a b', 'k-1'),
    );
    fc.assert(
      fc.property(value, (part) => {
        // Quotes around a key count for the length there, and not here.
        fc.pre(name !== 'idempotency-key' || (part !== '""' && String(part).length <= 255));
        expect(validate(part)).toBe(v.is(schema, part));
      }),
      { numRuns: 500 },
    );
  });
});
