import { asSchema } from './as-schema.ts';
import type { JsonSchema, Named } from './open-api-document.ts';
import { schemaRef } from './open-api-document.ts';

/** Keywords whose values are data, and may hold a `$ref` that is none. */
const DATA = new Set(['const', 'default', 'enum', 'examples']);
/** Keywords whose values are schemas by name. */
const SCHEMAS_BY_NAME = new Set(['properties', 'patternProperties', 'dependentSchemas']);
/** Keywords that hold a schema's own named parts, in new and in old drafts. */
const DEFINITIONS = ['$defs', 'definitions'];
/** With these a reference may lead elsewhere than it says. */
const ELSEWHERE = new Set(['$id', '$anchor', '$dynamicRef', '$dynamicAnchor']);

/**
 * Makes a schema that stands by itself into components of a document: itself under `name`, and each of its definitions beside it, since
 * `#` is another place there, and generators name types after components. A schema with references that go neither to itself nor to one
 * of its definitions becomes one that takes anything.
 */
export function liftSchema(name: string, schema: JsonSchema): Named<JsonSchema> {
  const targets = new Map([['#', name]]);
  const parts = new Map([
    [name, Object.entries(schema).filter(([keyword]) => !DEFINITIONS.includes(keyword))],
  ]);
  for (const keyword of DEFINITIONS) {
    for (const [key, part] of Object.entries(asSchema(schema[keyword]))) {
      // No name of an action's component holds two of them, so that none is taken twice.
      const partName = `${name}__${key.replaceAll(/[^\w.-]/g, (sign) => `_${sign.codePointAt(0)}_`)}`;
      targets.set(`#/${keyword}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, partName);
      parts.set(partName, Object.entries(asSchema(part)));
    }
  }
  try {
    return Object.fromEntries(
      [...parts].map(([partName, members]) => [partName, liftMembers(members, targets)]),
    );
  } catch (error) {
    if (error instanceof UnfollowedReference) return { [name]: {} };
    throw error;
  }
}

class UnfollowedReference extends Error {
  override readonly name = 'UnfollowedReference';
}

function liftMembers(
  members: readonly (readonly [string, unknown])[],
  targets: ReadonlyMap<string, string>,
): JsonSchema {
  return Object.fromEntries(
    members.map(([keyword, value]) => [keyword, liftKeyword(keyword, value, targets)]),
  );
}

function liftKeyword(keyword: string, value: unknown, targets: ReadonlyMap<string, string>): unknown {
  if (DATA.has(keyword)) return value;
  if (ELSEWHERE.has(keyword)) throw new UnfollowedReference();
  if (keyword === '$ref') return followed(value, targets);
  if (!SCHEMAS_BY_NAME.has(keyword)) return lift(value, targets);
  return Object.fromEntries(Object.entries(asSchema(value)).map(([key, part]) => [key, lift(part, targets)]));
}

function lift(schema: unknown, targets: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(schema)) return schema.map((item) => lift(item, targets));
  return typeof schema === 'object' && schema !== null
    ? liftMembers(Object.entries(schema), targets)
    : schema;
}

function followed(reference: unknown, targets: ReadonlyMap<string, string>): string {
  const target = targets.get(decodeURI(String(reference)));
  if (target === undefined) throw new UnfollowedReference();
  return schemaRef(target).$ref;
}
