import { MAX_JSON_DEPTH } from './limits.ts';

/** Why a value is not JSON: where in it, and the rule. */
export interface JsonIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A value's JSON text, or why it has none. */
export type JsonResult = { readonly text: string } | { readonly issue: JsonIssue };

/**
 * Writes `value` as JSON, refusing what `JSON.stringify` would drop, change or choke on: functions, symbols, BigInt,
 * NaN and infinities, cycles, more than 64 levels, objects that are neither plain nor have a `toJSON`. A member whose
 * value is undefined is left out, as everybody expects; so is the whole value then (`text` of `undefined` is '').
 */
export function jsonOf(value: unknown): JsonResult {
  if (value === undefined) return { text: '' };
  try {
    const issue = findIssue(value, [], new Set());
    return issue === undefined ? { text: JSON.stringify(value) ?? '' } : { issue };
  } catch (error) {
    // A getter, a proxy or a toJSON of the value's own has thrown.
    return {
      issue: {
        path: [],
        message: `cannot be read as JSON: ${error instanceof Error ? error.message : 'it throws'}`,
      },
    };
  }
}

/** The value of a JSON text; undefined for '', which stands for no value at all. */
export function parseJson(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}

/** Why `value`, as parsed from JSON, is nested deeper than `levels` objects or arrays; undefined when it is not. */
export function findDepthIssue(value: unknown, levels: number = MAX_JSON_DEPTH): JsonIssue | undefined {
  let level = [value].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > levels) return { path: [], message: tooDeep };
    level = level.flatMap((item) => Object.values(item).filter(isContainer));
  }
  return undefined;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const tooDeep = `is nested more than ${MAX_JSON_DEPTH} levels deep`;

function findIssue(
  value: unknown,
  path: readonly (string | number)[],
  above: Set<object>,
): JsonIssue | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value)
        ? undefined
        : { path, message: `is ${value}, and JSON has no such number` };
    case 'bigint':
      return { path, message: 'is a BigInt, which JSON has not; write it as a string' };
    case 'undefined':
      return { path, message: 'is undefined, which JSON has not; use null' };
    case 'function':
    case 'symbol':
      return { path, message: `is a ${typeof value}, which JSON has not` };
    case 'object':
      return value === null ? undefined : findObjectIssue(value, path, above);
  }
}

function findObjectIssue(
  value: object,
  path: readonly (string | number)[],
  above: Set<object>,
): JsonIssue | undefined {
  if (above.has(value))
    return { path, message: 'refers to an object that contains it, and JSON has no cycles' };
  if (above.size >= MAX_JSON_DEPTH) return { path, message: tooDeep };
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    const replacement: unknown = value.toJSON();
    return replacement === value
      ? { path, message: 'has a toJSON that returns itself' }
      : findIssue(replacement, path, above);
  }
  if (!Array.isArray(value) && !isPlain(value)) {
    return {
      path,
      message: `is ${classOf(value)}, whose content JSON would lose; use plain objects`,
    };
  }
  above.add(value);
  for (const [key, item] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    if (item === undefined && !Array.isArray(value)) continue;
    const issue = findIssue(item, [...path, key], above);
    if (issue !== undefined) return issue;
  }
  above.delete(value);
  return undefined;
}

function classOf(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== '' ? `a ${name}` : 'an instance of a class';
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm has another Object.prototype, whose own prototype is null all the same.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Writes a path as people read it: `rows[3].name`. */
export function renderPath(root: string, path: readonly (string | number)[]): string {
  return root + path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
}
