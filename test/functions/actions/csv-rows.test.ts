import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvRows } from '../../../functions/actions/csv-rows.ts';
import { plainCsvRows } from './plain-csv-rows.ts';

const rowEnd = fc.constantFrom('\n', '\r\n', '\r');

describe('csvRows', () => {
  test.each<[string, string, string[][]]>([
    ['nothing in an empty text', '', []],
    ['nothing in blank lines', '\n \t\r\n\r', []],
    [
      'cells at commas',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['rows at LF, CRLF and CR', 'a\nb\r\nc\rd\r\n', [['a'], ['b'], ['c'], ['d']]],
    ['no row after the last row end', 'a\n', [['a']]],
    [
      'an empty cell after the last comma',
      'a,\n,',
      [
        ['a', ''],
        ['', ''],
      ],
    ],
    ['rows as long as they are', 'a,b\n1\n1,2,3', [['a', 'b'], ['1'], ['1', '2', '3']]],
    ['commas, quotes and row ends in a quoted cell', '"a,""b""\r\nc",d', [['a,"b"\r\nc', 'd']]],
    ['a cell of one quote', '""""', [['"']]],
    ['a row of one empty quoted cell', 'a\n""\n', [['a'], ['']]],
    ['cells without the space around them', ' a ,\t" b\n" , c', [['a', 'b', 'c']]],
    ['no byte order mark', '\uFEFF"a",b', [['a', 'b']]],
  ])('reads %s', (_, csv, rows) => {
    expect(csvRows(csv)).toEqual(rows);
  });

  test.each([
    [
      'a quote that never closes',
      'a\r\n"b\r\nc",\r\n"d\n\n',
      'row 3, column 1: the quote that opens the cell never closes',
    ],
    [
      'a quote that only seems to close',
      '"a""\n',
      'row 1, column 1: the quote that opens the cell never closes',
    ],
    [
      'text after a closing quote',
      '\n\n"a\nb" c',
      'row 1, column 1: text follows the quote that closes the cell',
    ],
    [
      'text right after a closing quote',
      'a\n1,"2"3',
      'row 2, column 2: text follows the quote that closes the cell',
    ],
    [
      'a quote in an unquoted cell',
      'a\r\r,,5" nail',
      'row 2, column 3: a quote stands after the start of the cell',
    ],
    [
      'a second quoted text in a cell',
      '\uFEFF"a"\n""\n"a" "b"',
      'row 3, column 1: a quote stands after the start of the cell',
    ],
  ])('refuses %s and names its row and column', (_, csv, message) => {
    expect(() => csvRows(csv)).toThrow(
      expect.objectContaining({
        name: 'PermanentError',
        code: 'csv-malformed',
        message: expect.stringContaining(message),
      }),
    );
  });

  test('names the row of a broken quote after rows of any texts', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', '\r', ' '), maxLength: 5 });
    const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
    const blankLines = fc.constantFrom('', '\n', '\r\n \t\r');
    fc.assert(
      fc.property(rows, rowEnd, blankLines, (before, end, blank) => {
        const csv = before.map((row) => row.map(quote).join(',') + end + blank).join('');
        expect(() => csvRows(`${csv}a, "b\n`)).toThrow(`row ${before.length + 1}, column 2: `);
      }),
    );
  });

  test('agrees with a reader of other code on any text of the characters that matter', () => {
    const character = fc.constantFrom('a', '1', ',', '"', '""', '\n', '\r', '\r\n', ' ', '\u00e9');
    fc.assert(
      fc.property(fc.array(character, { maxLength: 24 }), (characters) => {
        const csv = characters.join('');
        // The library reads another quoted text after an empty one.
        fc.pre(!/" +"/.test(csv));
        expect(outcome(() => csvRows(csv))).toEqual(outcome(() => plainCsvRows(csv)));
      }),
      { numRuns: 2000 },
    );
  });
});

function quote(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

function outcome(read: () => string[][]): string[][] | 'refused' {
  try {
    return read();
  } catch {
    return 'refused';
  }
}
