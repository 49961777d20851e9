import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvRows } from '../../../functions/actions/csv-rows.ts';

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
    expect([...csvRows(csv)]).toEqual(rows);
  });

  test.each([
    [
      'a quote that never closes',
      'a\r\n"b\r\nc",\r\n"d\n\n',
      'line 4: the quote that opens a cell never closes',
    ],
    ['a quote that only seems to close', '"a""\n', 'line 1: the quote that opens a cell never closes'],
    ['text after a closing quote', '\n\n"a\nb" c', 'line 3: text follows the quote that closes a cell'],
    ['a quote in an unquoted cell', 'a\r5" nail', 'line 2: a quote stands inside a cell that is not quoted'],
  ])('refuses %s and names its line', (_, csv, message) => {
    expect(() => [...csvRows(csv)]).toThrow(
      expect.objectContaining({ code: 'csv-malformed', message: expect.stringContaining(message) }),
    );
  });

  test('agrees with csv-parse on any text of the characters that matter', () => {
    const character = fc.constantFrom('a', '1', ',', '"', '""', '\n', '\r', '\r\n', ' ', '\u00e9');
    fc.assert(
      fc.property(fc.array(character, { maxLength: 24 }), (characters) => {
        const csv = characters.join('');
        // csv-parse lets a quoted cell go on after a space.
        fc.pre(!/" +"/.test(csv));
        expect(outcome(() => [...csvRows(csv)])).toEqual(outcome(() => rowsByCsvParse(csv)));
      }),
      { numRuns: 2000 },
    );
  });
});

function rowsByCsvParse(csv: string): string[][] {
  const rows = parse(csv, {
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    trim: true,
  });
  return rows.map((row) => row.map((text) => text.trim()));
}

function outcome(read: () => string[][]): string[][] | 'refused' {
  try {
    return read();
  } catch {
    return 'refused';
  }
}
