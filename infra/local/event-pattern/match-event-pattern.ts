import { isRecord, type JsonRecord } from '../assembly/record.ts';
import { parseFieldMatcher } from './field-matcher.ts';

/** Whether an event, any JSON value, matches. */
type EventMatcher = (event: unknown) => boolean;
type Test = (object: JsonRecord) => boolean;

/**
 * Compiles an EventBridge event pattern, which Lambda's filter criteria are too: every field must match, by any of its values; the
 * alternatives of `$or` beside them, by any of them. Of an array in the event one element must match, and all that the pattern says
 * below the array must be true of the same element. `exists` looks at leaves only, so an object counts as absent.
 * Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html and
 * https://github.com/aws/event-ruler#readme
 *
 * @throws Error, one sentence that begins with `where`, when the pattern is malformed or uses an operator that is not known.
 */
export function parseEventPattern(pattern: unknown, where: string): EventMatcher {
  const test = parseObject(pattern, [], where);
  return (event) => isRecord(event) && test(event);
}

function parseObject(pattern: unknown, path: readonly string[], where: string): Test {
  const at = path.length === 0 ? `${where} has a pattern` : `${where} has at ${path.join('.')} a pattern`;
  if (!isRecord(pattern)) throw new Error(`${at} that is no object: write an object of fields.`);
  const tests = Object.entries(pattern).map(([name, value]) =>
    name === '$or' ? parseAlternatives(value, path, where) : parseField(name, value, [...path, name], where),
  );
  if (tests.length === 0) throw new Error(`${at} without a field: name one, as an empty pattern is refused.`);
  return (object) => tests.every((test) => test(object));
}

function parseAlternatives(value: unknown, path: readonly string[], where: string): Test {
  if (!Array.isArray(value) || value.length < 2) {
    throw new Error(`${where} has at ${[...path, '$or'].join('.')} no list of at least two patterns.`);
  }
  const tests = value.map((alternative) => parseObject(alternative, path, where));
  return (object) => tests.some((test) => test(object));
}

function parseField(name: string, value: unknown, path: readonly string[], where: string): Test {
  if (!Array.isArray(value)) {
    const test = parseObject(value, path, where);
    return (object) => {
      const nested = elements(object, name).filter(isRecord);
      // What is nowhere may still be asked not to exist.
      return nested.length === 0 ? test({}) : nested.some(test);
    };
  }
  if (value.length === 0) {
    throw new Error(
      `${where} has at ${path.join('.')} an empty list, which nothing matches: give it a value.`,
    );
  }
  const matchers = value.map((one) => parseFieldMatcher(one, `${where} has at ${path.join('.')}`));
  return (object) => {
    const leaves = elements(object, name).filter((element) => !isRecord(element));
    return matchers.some((matches) => matches(leaves));
  };
}

/** The values of a field, arrays taken apart at any depth; none when it is absent. */
function elements(object: JsonRecord, name: string): readonly unknown[] {
  return Object.hasOwn(object, name) ? [object[name]].flat(Infinity) : [];
}
