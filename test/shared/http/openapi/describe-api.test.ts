import { Validator } from '@seriousme/openapi-schema-validator';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { actions as shipped } from '#actions';
import { calls } from '../../../../shared/http/calls.ts';
import { problems } from '../../../../shared/http/problem.ts';
import { describeApi } from '../../../../shared/http/openapi/describe-api.ts';
import type { MediaType, Operation } from '../../../../shared/http/openapi/open-api-document.ts';
import { defineAction } from '../../../../shared/task/action.ts';
import { actions as suite } from '../../../acceptance/registry.ts';
import { compileDocument } from '../../../fakes/answer-checker.ts';
import { answersOf } from '../../../fakes/answers-of.ts';

const document = describeApi(shipped);
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const operationOf = (name: string): Operation | undefined =>
  operations.find(({ operation }) => operation.operationId === name)?.operation;

const run = (): null => null;
const oneAction = [defineAction({ name: 'only', input: v.unknown(), output: v.number(), run: () => 1 })];
const alike = ['a1', 'a-1', 'create-a', 'a-input', 'task', 'task-request'].map((name) =>
  defineAction({ name, input: v.object({ [name]: v.string() }), output: v.string(), run: () => '' }),
);

describe('the document', () => {
  test.each([
    ['the shipped actions', shipped],
    ["the suite's actions", suite],
    ['one action', oneAction],
    ['no action', []],
    ['actions with names that are nearly the same', alike],
  ])('is a valid OpenAPI 3.1 document for %s', async (_, actions) => {
    const described = describeApi(actions);
    const plain: object = JSON.parse(JSON.stringify(described));
    const { valid, errors } = await new Validator().validate({ ...plain });
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    const ajv = compileDocument(described);
    for (const name of Object.keys(described.components.schemas)) {
      expect({ name, schema: ajv.getSchema(`api#/components/schemas/${name}`) }).toEqual({
        name,
        schema: expect.any(Function),
      });
    }
  });

  test('has every call, and nothing else', () => {
    const described = operations.map(({ path, method, operation }) => [
      operation.operationId,
      method.toUpperCase(),
      `/v1${path}`,
    ]);
    const expected = Object.entries(calls).map(([name, { method, path }]) => [name, method, path]);
    expect(new Set(described.map(String))).toEqual(new Set(expected.map(String)));
    expect(described).toHaveLength(expected.length);
    expect(document.servers.map(({ url }) => url)).toEqual(['/v1']);
  });

  test('has the parameters of every call, each described, with a valid example', () => {
    const ajv = compileDocument(document);
    for (const { operation } of operations) {
      const call = Object.entries(calls).find(([name]) => name === operation.operationId)?.[1];
      const names = operation.parameters.map(({ name }) => name.toLowerCase());
      const inPath = call?.path.includes('{id}') === true ? ['id'] : [];
      const expected = [...inPath, ...Object.keys(call?.query ?? {}), ...Object.keys(call?.headers ?? {})];
      expect(names).toEqual(expected.map((name) => name.toLowerCase()));
      for (const { name, description, schema, example } of operation.parameters) {
        const isValid = ajv.validate(schema, example);
        expect({ name, isDescribed: description !== '', isValid }).toEqual({
          name,
          isDescribed: true,
          isValid: true,
        });
      }
    }
  });

  test('says which calls need no authorization', () => {
    const open = operations.filter(({ operation }) => operation.security?.length === 0);
    expect(open.map(({ operation }) => operation.operationId)).toEqual([
      'succeedTask',
      'failTask',
      'heartbeatTask',
      'describeApi',
      'checkHealth',
    ]);
    expect(document.security).toEqual([{ deployment: [] }]);
    expect(Object.keys(document.components.securitySchemes)).toEqual(['deployment']);
  });

  test('says what every member of a request and of a task is', () => {
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      if (!/^(?:Create|Batched|Succeed|Fail|Heartbeat|Batch)|Task(?:Error)?$/.test(name)) continue;
      for (const [member, property] of Object.entries(schema['properties'] ?? {})) {
        const isTold = JSON.stringify(property).match(/"(?:description|const|enum|type":"null|\$ref)"/);
        expect(isTold, `${name}.${member}`).not.toBeNull();
      }
    }
  });

  test('has only examples that its schemas take', () => {
    const ajv = compileDocument(document);
    const responses = Object.values(document.components.responses);
    const described = operations.flatMap(({ operation }) => [
      Object.values(operation.requestBody?.content ?? {}),
      Object.values(operation.responses).flatMap((response) =>
        '$ref' in response ? [] : Object.values(response.content ?? {}),
      ),
      responses.flatMap(({ content = {} }): readonly MediaType[] => Object.values(content)),
    ]);
    const media = described.flat();
    const examples = media.flatMap(({ schema, examples: named = {} }) =>
      Object.entries(named).map(([name, { value }]) => ({ name, schema, value })),
    );
    expect(examples.length).toBeGreaterThan(40);
    for (const { name, schema, value } of examples) {
      const inside = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/'));
      const isValid = ajv.validate(inside, value);
      expect({ name, isValid, why: ajv.errorsText() }).toMatchObject({ isValid: true });
    }
  });

  test('has every problem somewhere, and every success', () => {
    const answers = answersOf(document);
    const codes = new Set(answers.map(([, , code]) => code).filter((code) => code !== undefined));
    expect([...codes].toSorted()).toEqual(Object.keys(problems).toSorted());
    expect(answers).toContainEqual(['createTasks', 207]);
    expect(answers).toContainEqual(['fetchTask', 304]);
    expect(answers).toContainEqual(['checkHealth', 503]);
    expect(answers).toContainEqual(['createTask', 422, 'idempotency-key-reused']);
    expect(answers.filter(([, status]) => status === 401 || status === 429)).toEqual([]);
  });

  test('has an alternative for every action, with its input', () => {
    const { schemas } = document.components;
    expect(schemas['TaskRequest']).toMatchObject({
      oneOf: ['CreateCsvProfile', 'CreateHttpRequest', 'CreateSleep'].map((name) => ({
        $ref: `#/components/schemas/${name}`,
      })),
      discriminator: { propertyName: 'action', mapping: { sleep: '#/components/schemas/CreateSleep' } },
    });
    expect(schemas['InputOfSleep']).toMatchObject({
      properties: { seconds: { type: 'number', minimum: 0, maximum: 240 } },
      required: ['seconds'],
    });
  });

  test('asks for an input where the action does', () => {
    const { schemas } = describeApi([
      defineAction({ name: 'asks', input: v.string(), run }),
      defineAction({ name: 'takes-nothing', input: v.optional(v.string()), run }),
    ]).components;
    expect(schemas['CreateAsks']).toMatchObject({ required: ['action', 'input'] });
    expect(schemas['CreateTakesNothing']).toMatchObject({ required: ['action'] });
  });

  test('describes the body of the completion calls as optional only where nothing may be sent', () => {
    expect(operationOf('succeedTask')?.requestBody?.required).toBe(false);
    expect(operationOf('failTask')?.requestBody?.required).toBe(true);
    expect(operationOf('fetchTask')?.requestBody).toBeUndefined();
  });
});
