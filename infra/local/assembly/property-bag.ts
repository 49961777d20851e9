import { isRecord, type JsonRecord } from './record.ts';

/** Which properties the local stack acts on, and which mean nothing on one machine. Any other is refused. */
export interface PropertyRule {
  readonly used: readonly string[];
  readonly ignored?: readonly string[];
}

/**
 * Typed access to resolved properties. Every reader throws one sentence, naming resource and property, when the value is of another
 * type; an absent property without a default throws too.
 */
export interface PropertyBag {
  /** The resource and the way to this bag, for errors: `AWS::SQS::Queue Tasks, RedrivePolicy`. */
  readonly where: string;
  text(name: string, fallback?: string): string;
  number(name: string, fallback: number): number;
  boolean(name: string, fallback: boolean): boolean;
  list(name: string): readonly unknown[];
  record(name: string): JsonRecord;
  has(name: string): boolean;
  /** A nested object, whose own properties follow `rule`; nothing when it is absent. */
  section(name: string, rule: PropertyRule): PropertyBag | undefined;
  /** A list of nested objects; empty when it is absent. */
  sections(name: string, rule: PropertyRule): readonly PropertyBag[];
}

/**
 * A bag over `values`.
 *
 * @throws Error when one of the values' names is not in `rule`.
 */
export function propertyBag(where: string, values: JsonRecord, rule: PropertyRule): PropertyBag {
  refuseUnknown(where, values, rule);
  const wrong = (name: string, expected: string): Error =>
    new Error(
      `${where} has ${name} ${JSON.stringify(values[name])}: the local stack needs ${expected} there.`,
    );
  const asSection = (name: string, value: unknown, nested: PropertyRule): PropertyBag => {
    if (!isRecord(value)) throw wrong(name, 'an object');
    return propertyBag(`${where}, ${name}`, value, nested);
  };
  const list = (name: string): readonly unknown[] => {
    const value = values[name] ?? [];
    if (!Array.isArray(value)) throw wrong(name, 'a list');
    return value;
  };
  return {
    where,
    list,
    has: (name) => values[name] !== undefined,
    text(name, fallback) {
      const value = values[name] ?? fallback;
      if (typeof value !== 'string') throw wrong(name, 'a text');
      return value;
    },
    number(name, fallback) {
      const value = values[name] ?? fallback;
      // CloudFormation takes numbers as texts too.
      const number = typeof value === 'string' && value !== '' ? Number(value) : value;
      if (typeof number !== 'number' || Number.isNaN(number)) throw wrong(name, 'a number');
      return number;
    },
    boolean(name, fallback) {
      const value = values[name] ?? fallback;
      if (value === true || value === 'true') return true;
      if (value === false || value === 'false') return false;
      throw wrong(name, 'true or false');
    },
    record(name) {
      const value = values[name] ?? {};
      if (!isRecord(value)) throw wrong(name, 'an object');
      return value;
    },
    section: (name, nested) =>
      values[name] === undefined ? undefined : asSection(name, values[name], nested),
    sections: (name, nested) => list(name).map((value) => asSection(name, value, nested)),
  };
}

/** @throws Error when one of the names in `values` is neither used nor ignored by the rule. */
export function refuseUnknown(where: string, values: JsonRecord, rule: PropertyRule): void {
  const unknown = Object.keys(values).find(
    (name) => !rule.used.includes(name) && !(rule.ignored ?? []).includes(name),
  );
  if (unknown !== undefined) {
    throw new Error(
      `${where} has the property ${unknown}, which the local stack does not know: leave it out, or teach it in infra/local/assembly.`,
    );
  }
}
