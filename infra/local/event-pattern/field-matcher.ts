import { BlockList, isIP } from 'node:net';
import { isRecord } from '../assembly/record.ts';
import { parseNumericRange } from './numeric-range.ts';

/** Whether a field matches, by its leaves: none when the field is absent, several when it is an array. */
type FieldMatcher = (leaves: readonly unknown[]) => boolean;
type ValueTest = (value: unknown) => boolean;

/** Each takes an operator's argument and, for errors, where it stands with the operator's name. */
const OPERATORS: Readonly<Record<string, (argument: unknown, at: string) => ValueTest>> = {
  'anything-but': anythingBut,
  cidr,
  'equals-ignore-case': (argument, at) => onText(equalsIgnoreCase(text(argument, at))),
  numeric: parseNumericRange,
  prefix: (argument, at) => onText(edge(argument, at, (value, part) => value.startsWith(part))),
  suffix: (argument, at) => onText(edge(argument, at, (value, part) => value.endsWith(part))),
  wildcard: (argument, at) => onText(wildcard(text(argument, at), at)),
};

/** What `anything-but` can turn round, beside plain values. */
const NEGATED = ['equals-ignore-case', 'prefix', 'suffix', 'wildcard'];

/**
 * One element of a field's list in an event pattern: a plain value, or an object with one operator.
 *
 * @throws Error, one sentence that begins with `at`, when the operator is not known or its argument not of its form.
 */
export function parseFieldMatcher(pattern: unknown, at: string): FieldMatcher {
  if (Array.isArray(pattern)) throw new Error(`${at} a list in a list: write its values in one list.`);
  if (!isRecord(pattern)) return (leaves) => leaves.includes(pattern);
  const [name = '', argument] = onlyMember(pattern, at);
  if (name === 'exists') {
    if (typeof argument !== 'boolean') throw wrong(argument, `${at} exists`, 'true or false');
    return (leaves) => leaves.length > 0 === argument;
  }
  const test = operator(name, Object.keys(OPERATORS).concat('exists'), at)(argument, `${at} ${name}`);
  return (leaves) => leaves.some(test);
}

function anythingBut(argument: unknown, at: string): ValueTest {
  if (isRecord(argument)) {
    const [name = '', nested] = onlyMember(argument, at);
    const parse = operator(name, NEGATED, at);
    const tests = listed(nested).map((one) => parse(text(one, `${at} ${name}`), `${at} ${name}`));
    return (value) => !tests.some((test) => test(value));
  }
  const values = listed(argument);
  const kinds = new Set(values.map((value) => typeof value));
  const [kind = ''] = kinds;
  if (kinds.size !== 1 || !['string', 'number'].includes(kind)) {
    throw wrong(argument, at, `texts only, numbers only, or one of ${NEGATED.join(', ')}`);
  }
  return (value) => !values.includes(value);
}

function edge(
  argument: unknown,
  at: string,
  has: (value: string, part: string) => boolean,
): (value: string) => boolean {
  if (!isRecord(argument)) {
    const part = text(argument, at);
    return (value) => has(value, part);
  }
  const [name = '', nested] = onlyMember(argument, at);
  if (name !== 'equals-ignore-case') throw unknownOperator(name, ['equals-ignore-case'], at);
  const part = text(nested, `${at} ${name}`).toLowerCase();
  return (value) => has(value.toLowerCase(), part);
}

function equalsIgnoreCase(expected: string): (value: string) => boolean {
  const folded = expected.toLowerCase();
  return (value) => value.toLowerCase() === folded;
}

/** A star is any text; a backslash stands before a star or a backslash that is meant itself. */
function wildcard(pattern: string, at: string): (value: string) => boolean {
  const parts = pattern.match(/\\[*\\]|[^\\]/gsu) ?? [];
  if (parts.join('') !== pattern) throw wrong(pattern, at, 'a backslash before * or a backslash only');
  if (parts.some((part, index) => part === '*' && parts[index + 1] === '*')) {
    throw wrong(pattern, at, 'single stars, as two in a row are refused');
  }
  const source = parts.map((part) => (part === '*' ? '.*' : literal(part.replace(/^\\/, ''))));
  const expression = new RegExp(`^${source.join('')}$`, 'su');
  return (value) => expression.test(value);
}

function literal(part: string): string {
  return part.replace(/[$()*+.?[\\\]^{|}]/, String.raw`\$&`);
}

function cidr(argument: unknown, at: string): ValueTest {
  const [address = '', bits = '', ...rest] = text(argument, at).split('/');
  const version = isIP(address);
  const widest = version === 4 ? 32 : 128;
  if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > widest) {
    throw wrong(argument, at, 'an address range such as 10.0.0.0/24');
  }
  const range = new BlockList();
  range.addSubnet(address, Number(bits), familyOf(version));
  return onText((value) => isIP(value) === version && range.check(value, familyOf(version)));
}

function familyOf(version: number): 'ipv4' | 'ipv6' {
  return version === 4 ? 'ipv4' : 'ipv6';
}

function onText(test: (value: string) => boolean): ValueTest {
  return (value) => typeof value === 'string' && test(value);
}

function operator(
  name: string,
  known: readonly string[],
  at: string,
): (argument: unknown, at: string) => ValueTest {
  const found = known.includes(name) ? OPERATORS[name] : undefined;
  if (found === undefined) throw unknownOperator(name, known, at);
  return found;
}

function unknownOperator(name: string, known: readonly string[], at: string): Error {
  return new Error(`${at} the operator ${name}, which is not known there: use ${known.join(', ')}.`);
}

function onlyMember(
  operators: Readonly<Record<string, unknown>>,
  at: string,
): [name?: string, argument?: unknown] {
  const members = Object.entries(operators);
  if (members.length !== 1) {
    const names = members.map(([name]) => name).join(', ') || 'none';
    throw new Error(`${at} an object with the operators ${names}: give each object exactly one.`);
  }
  return members[0] ?? [];
}

function listed(argument: unknown): readonly unknown[] {
  return Array.isArray(argument) ? argument : [argument];
}

function text(argument: unknown, at: string): string {
  if (typeof argument !== 'string') throw wrong(argument, at, 'a text');
  return argument;
}

function wrong(argument: unknown, at: string, expected: string): Error {
  return new Error(`${at} ${JSON.stringify(argument)}: the operator takes ${expected}.`);
}
