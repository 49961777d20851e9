import { describe, expect, it } from 'vitest';

import { itemSize } from '../../../../infra/local/dynamodb/item-size.ts';
import type { WireValue } from '../../../../infra/local/dynamodb/wire-content.ts';

const NAME_BYTES = 1;

describe('itemSize', () => {
  it.each<[string, WireValue, number]>([
    ['a string by its bytes in UTF-8', { S: 'Grüße' }, 7],
    ['an empty string as nothing', { S: '' }, 0],
    ['zero as one byte', { N: '0' }, 1],
    ['one digit as two bytes', { N: '7' }, 2],
    ['two digits as two bytes', { N: '42' }, 2],
    ['three digits as three bytes', { N: '421' }, 3],
    ['no zeroes at the ends', { N: '0042000' }, 2],
    ['no zeroes behind the point', { N: '1.50' }, 2],
    ['digits on both sides of the point', { N: '12.34' }, 3],
    ['a minus sign as one byte', { N: '-42' }, 3],
    ['no exponent', { N: '4.2E+20' }, 2],
    ['epoch milliseconds as eight bytes', { N: '1795493422779' }, 8],
    ['bytes as they are, not as base64', { B: Buffer.from('12345').toString('base64') }, 5],
    ['a boolean as one byte', { BOOL: false }, 1],
    ['null as one byte', { NULL: true }, 1],
    ['sets as the sum of their members', { SS: ['a', 'bc'] }, 3],
    ['number sets as the sum of their members', { NS: ['1', '22'] }, 4],
    ['byte sets as the sum of their members', { BS: [Buffer.from('abc').toString('base64')] }, 3],
    ['an empty list as three bytes', { L: [] }, 3],
    [
      'each element of a list with one byte more',
      { L: [{ S: 'ab' }, { BOOL: true }] },
      3 + (1 + 2) + (1 + 1),
    ],
    ['each member of a map with its name and one byte more', { M: { ab: { S: 'c' } } }, 3 + 1 + 2 + 1],
  ])('counts %s', (_what, value, bytes) => {
    expect(itemSize({ x: value })).toBe(NAME_BYTES + bytes);
  });

  it('counts the names of attributes in UTF-8', () => {
    expect(itemSize({ größe: { S: 'x' }, b: { S: 'y' } })).toBe(7 + 1 + 1 + 1);
  });
});
