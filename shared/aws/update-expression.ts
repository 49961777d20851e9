import type { Condition } from '../task/condition.ts';
import type { Change } from '../task/operations.ts';
import type { RowField } from '../task/task-row.ts';
import type { TaskKey } from '../task/task.ts';
import { attributeNamesOf, attributes, attributesOf, attributeValue } from './row-attributes.ts';
import type { Item, PlainField } from './row-attributes.ts';

/** The parts of an UpdateItem request that a change becomes. */
export interface UpdateExpression {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Item;
}

/** Compiles a change; the condition also demands that the row exists, or the update would make one. */
export function compileChange(key: TaskKey, change: Change): UpdateExpression {
  const placeholders = createPlaceholders();
  const { name, value } = placeholders;
  const sets = Object.entries(attributesOf(key, change.set)).map(
    ([attribute, to]) => `${name(attribute)} = ${value(to)}`,
  );
  const removed = change.remove.flatMap(attributeNamesOf).map(name);
  const adds = [attributes.version, ...(change.increment ? [attributes[change.increment]] : [])].map(
    (attribute) => `${name(attribute)} ${value(1)}`,
  );
  const clauses = [`ADD ${adds.join(', ')}`];
  if (sets.length > 0) clauses.push(`SET ${sets.join(', ')}`);
  if (removed.length > 0) clauses.push(`REMOVE ${removed.join(', ')}`);
  const conditions = change.conditions.map((condition) => compileCondition(condition, placeholders));
  return {
    UpdateExpression: clauses.join(' '),
    ConditionExpression: [`attribute_exists(${name('pk')})`, ...conditions].join(' AND '),
    ExpressionAttributeNames: placeholders.names,
    ExpressionAttributeValues: placeholders.values,
  };
}

interface Placeholders {
  readonly names: Record<string, string>;
  readonly values: Item;
  name(this: void, attribute: string): string;
  value(this: void, value: unknown): string;
}

/** Stands `#` names and `:` values for everything, so that no attribute name collides with a reserved word. */
function createPlaceholders(): Placeholders {
  const names: Record<string, string> = {};
  const values: Item = {};
  return {
    names,
    values,
    name(attribute) {
      names[`#${attribute}`] = attribute;
      return `#${attribute}`;
    },
    value(value) {
      const known = Object.keys(values).find((placeholder) => values[placeholder] === value);
      const placeholder = known ?? `:v${Object.keys(values).length}`;
      values[placeholder] = value;
      return placeholder;
    },
  };
}

function compileCondition(condition: Condition, placeholders: Placeholders): string {
  const { name, value } = placeholders;
  switch (condition.is) {
    case 'absent':
      return `attribute_not_exists(${name(plain(condition.field))})`;
    case 'present':
      return `attribute_exists(${name(plain(condition.field))})`;
    case 'equal':
      return `${name(plain(condition.field))} = ${value(valueOf(condition.field, condition.value))}`;
    case 'atMost':
      return `${name(plain(condition.field))} <= ${value(valueOf(condition.field, condition.value))}`;
    case 'above':
      return `${name(plain(condition.field))} > ${value(valueOf(condition.field, condition.value))}`;
    case 'below':
      return `${name(plain(condition.field))} < ${name(plain(condition.other))}`;
    case 'any':
      return `(${condition.of.map((one) => compileCondition(one, placeholders)).join(' OR ')})`;
  }
}

function isPlain(field: RowField): field is PlainField {
  return field in attributes;
}

function plain(field: RowField): string {
  if (!isPlain(field))
    throw new TypeError(`A condition on ${field} cannot be written: it is not one attribute.`);
  return attributes[field];
}

function valueOf(field: RowField, value: unknown): unknown {
  return isPlain(field) ? attributeValue(field, value) : value;
}
