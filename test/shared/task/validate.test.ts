import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { actions } from '../../../functions/actions/registry.ts';
import { validate } from '../../../shared/task/validate.ts';
import { bytesOf } from '../../../shared/task/utf8.ts';

/** A schema of no library that refuses everything so. */
function refusing(...issues: StandardSchemaV1.Issue[]): StandardSchemaV1 {
  return { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) } };
}

async function issuesOf(schema: StandardSchemaV1, value: unknown) {
  const result = await validate(schema, value);
  if (!('issues' in result)) throw new Error('the value was accepted');
  return result.issues;
}

/** The members of a valibot object schema. */
function memberNames(schema: object): string[] {
  const entries: unknown = Reflect.get(schema, 'entries');
  return typeof entries === 'object' && entries !== null ? Object.keys(entries) : [];
}

describe('what a schema says of a wrong value', () => {
  const secret = 'hunter2\n"quoted" 4111';
  const number = 4_111_111_111_111_111;
  const misplaced = [
    ['itself', secret],
    ['as a number', number],
    ['in a list', [secret, number]],
    ['in an object', { inner: secret }],
  ] as const;

  /** Every member of every registered action's input. */
  const members = actions.flatMap(({ name, input }) =>
    memberNames(input).map((member) => [name, member, input] as const),
  );

  test.each(members)('never quotes it: %s, in place of %s', async (_name, member, schema) => {
    for (const [, value] of misplaced) {
      const issues = await issuesOf(schema, { [member]: value, unknownMember: secret });
      expect(JSON.stringify(issues)).not.toMatch(/hunter2|4111/);
    }
  });

  test.each(actions)('never quotes it: $name, in place of the whole input', async ({ input }) => {
    for (const [, value] of misplaced) {
      expect(JSON.stringify(await issuesOf(input, value))).not.toMatch(/hunter2|4111/);
    }
  });

  test.each([
    [
      'valibot’s',
      'Invalid type: Expected number but received "hunter2\n4111"',
      'Invalid type: Expected number',
    ],
    ['arktype’s', 'must be a number (was "hunter2\n4111")', 'must be a number'],
    ['one that quotes it elsewhere', 'hunter2\n4111 is no number', 'is not what the schema takes'],
    ['one without it', 'must be a number', 'must be a number'],
  ])('keeps its rule: %s message', async (_name, message, expected) => {
    const schema = refusing({ message, path: ['list', { key: 0 }] });
    expect(await issuesOf(schema, { list: ['hunter2\n4111'] })).toEqual([
      { path: ['list', 0], message: expected },
    ]);
  });

  test('keeps its rule when a text of one or two characters is in it by chance', async () => {
    expect(await issuesOf(refusing({ message: 'is too short' }), 'is')).toMatchObject([
      { message: 'is too short' },
    ]);
  });

  test('is told by the first 20 of 65,000 issues, and the number of the others', async () => {
    const issues = await issuesOf(
      v.array(v.number()),
      Array.from({ length: 65_000 }, () => 'x'),
    );
    expect(issues).toHaveLength(21);
    expect(issues.slice(0, 20).map(({ path }) => path)).toEqual(Array.from({ length: 20 }, (_, i) => [i]));
    expect(issues[20]).toEqual({ path: [], message: 'and 64980 more' });
  });

  test('is told in full up to 20 issues', async () => {
    const issues = await issuesOf(
      v.array(v.number()),
      Array.from({ length: 20 }, () => 'x'),
    );
    expect(issues).toHaveLength(20);
    expect(issues.every(({ path }) => path.length === 1)).toBe(true);
    const more = await issuesOf(
      v.array(v.number()),
      Array.from({ length: 21 }, () => 'x'),
    );
    expect(more.at(-1)).toEqual({ path: [], message: 'and 1 more' });
  });

  test('is cut: 256 bytes of a message, 128 of a step', async () => {
    const schema = refusing({ message: 'ü'.repeat(1000), path: ['ö'.repeat(1000), Symbol('s'), 7] });
    const [issue] = await issuesOf(schema, {});
    const [member = '', symbol, index] = issue?.path ?? [];
    expect(issue?.message).toMatch(/^ü+…$/);
    expect(bytesOf(issue?.message ?? '')).toBeLessThanOrEqual(256);
    expect(bytesOf(issue?.message ?? '')).toBeGreaterThan(250);
    expect(member).toMatch(/^ö+…$/);
    expect(bytesOf(String(member))).toBeLessThanOrEqual(128);
    expect(bytesOf(String(member))).toBeGreaterThan(122);
    expect([symbol, index]).toEqual(['Symbol(s)', 7]);
  });
});

test('a value that a schema takes is what the schema makes of it', async () => {
  expect(await validate(v.pipe(v.string(), v.transform(Number)), '7')).toEqual({ value: 7 });
});
