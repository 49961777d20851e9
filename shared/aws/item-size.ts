import { bytesOf } from '../task/utf8.ts';

/**
 * The size of a value as DynamoDB bills it, rounded up where the rule is only approximate:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Readonly<Record<string, unknown>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + bytesOf(name) + valueSize(value), 0);
}

/** What a list or map costs beside its content, and for each element. */
const CONTAINER_BYTES = 3;
const ELEMENT_BYTES = 1;

function valueSize(value: unknown): number {
  if (typeof value === 'string') return bytesOf(value);
  // One byte for two significant digits, and one more.
  if (typeof value === 'number') return Math.ceil(String(value).replace(/\D/g, '').length / 2) + 1;
  if (typeof value !== 'object' || value === null) return 1;
  const elements = Object.keys(value).length * ELEMENT_BYTES;
  return CONTAINER_BYTES + elements + itemSize(Object.fromEntries(Object.entries(value)));
}
