// Kept independent of the product's own count on purpose: the budgets are checked by two that must agree.
import type { WireItem, WireValue } from './wire-content.ts';

/** What a list or a map costs before its first element. */
const CONTAINER_BYTES = 3;
/** What each element of a list or a map costs beside itself. */
const ELEMENT_BYTES = 1;

/**
 * The size of an item in bytes, by DynamoDB's published rules: names and strings in UTF-8, two digits a byte and one
 * byte more for a number, one more again for a negative one.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: WireItem): number {
  let size = 0;
  for (const [name, value] of Object.entries(item)) size += Buffer.byteLength(name) + valueSize(value);
  return size;
}

function valueSize(value: WireValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return bytesIn(value.B);
  if ('SS' in value) return sum(value.SS.map((text) => Buffer.byteLength(text)));
  if ('NS' in value) return sum(value.NS.map(numberSize));
  if ('BS' in value) return sum(value.BS.map(bytesIn));
  if ('L' in value)
    return CONTAINER_BYTES + sum(value.L.map((element) => ELEMENT_BYTES + valueSize(element)));
  if ('M' in value) {
    return CONTAINER_BYTES + Object.keys(value.M).length * ELEMENT_BYTES + itemSize(value.M);
  }
  return 1;
}

function numberSize(text: string): number {
  const [mantissa = ''] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  // Zeroes at either end are not stored, wherever the point stands.
  const digits = `${whole}${fraction}`.replace(/^0+/, '').replace(/0+$/, '');
  const sign = text.startsWith('-') && digits !== '' ? 1 : 0;
  return 1 + Math.ceil(digits.length / 2) + sign;
}

function bytesIn(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
