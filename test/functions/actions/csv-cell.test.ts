import { describe, expect, test } from 'vitest';
import { readCellValue } from '../../../functions/actions/csv-cell.ts';

describe('readCellValue', () => {
  test.each([
    ['0', 0],
    ['-12', -12],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('takes %s for an integer', (text, value) => {
    expect(readCellValue(text)).toEqual({ type: 'integer', value });
  });

  test('reads minus zero as zero', () => {
    expect(readCellValue('-0')).toEqual({ type: 'integer', value: 0 });
    expect(readCellValue('-0.0')).toEqual({ type: 'number', value: 0 });
  });

  test.each([
    ['1e5', 100_000],
    ['1.50', 1.5],
    ['-2.5E-3', -0.0025],
    ['1e-999', 0],
  ])('takes %s for a number', (text, value) => {
    expect(readCellValue(text)).toEqual({ type: 'number', value });
  });

  test.each(['true', 'FALSE', 'True'])('takes %s for a boolean', (text) => {
    expect(readCellValue(text)).toEqual({ type: 'boolean' });
  });

  test.each([
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['0050-01-01', '0050-01-01T00:00:00.000Z'],
    ['2024-02-29T12:30', '2024-02-29T12:30:00.000Z'],
    ['2024-02-29 12:30:59.2', '2024-02-29T12:30:59.200Z'],
    ['2024-02-29T12:30:59.1239999Z', '2024-02-29T12:30:59.123Z'],
    ['2024-03-01T00:30+01:00', '2024-02-29T23:30:00.000Z'],
    ['2024-02-29T23:30:00-01:30', '2024-03-01T01:00:00.000Z'],
  ])('takes %s for the date %s', (text, instant) => {
    expect(readCellValue(text)).toEqual({ type: 'date', instant: Date.parse(instant) });
  });

  test.each([
    '007',
    '+1',
    '.5',
    '5.',
    '1,000',
    '1 000',
    '0x10',
    '1e999',
    '9007199254740992',
    'NaN',
    'Infinity',
    '-',
    '--1',
    'yes',
    'NA',
    'null',
    'truetrue',
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-00',
    '2024-04-31',
    '2024-1-1',
    '2024/01/01',
    '2024-01-01T24:00',
    '2024-01-01T12',
    '2024-01-01T12:60',
    '2024-01-01T12:00:60',
    '2024-01-01T12:00+24:00',
    '2024-01-01Z',
    '2024-01-01 UTC',
  ])('takes %s for text', (text) => {
    expect(readCellValue(text)).toEqual({ type: 'string' });
  });
});
