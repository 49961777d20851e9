import { describe, expect, test } from 'vitest';
import { csvProfile } from '../../../functions/actions/csv-profile.ts';
import type { CsvProfile } from '../../../functions/actions/csv-profile.run.ts';
import { attemptContext } from './attempt-context.ts';

describe('csv-profile', () => {
  test.each(['', '\n\r\n', '\uFEFF'])('finds no rows and no columns in %j', async (csv) => {
    expect(await profile(csv)).toEqual({ rowCount: 0, columns: [] });
  });

  test('shows the columns of a header without rows as empty', async () => {
    expect(await profile('a,b\n')).toEqual({
      rowCount: 0,
      columns: [
        { name: 'a', type: 'empty', nullCount: 0, distinctCount: 0 },
        { name: 'b', type: 'empty', nullCount: 0, distinctCount: 0 },
      ],
    });
  });

  test('gives numbers their range and mean, and dates their range as written', async () => {
    const csv =
      'n,x,when,flag,word\n3,1.5,2024-03-01T00:30+01:00,true,b\n-1,2,2024-03-01,false,a\n3,,2024-02-29,,a';
    expect(await profile(csv)).toEqual({
      rowCount: 3,
      columns: [
        { name: 'n', type: 'integer', nullCount: 0, distinctCount: 2, min: -1, max: 3, mean: 5 / 3 },
        { name: 'x', type: 'number', nullCount: 1, distinctCount: 2, min: 1.5, max: 2, mean: 1.75 },
        { name: 'when', type: 'date', nullCount: 0, distinctCount: 3, min: '2024-02-29', max: '2024-03-01' },
        { name: 'flag', type: 'boolean', nullCount: 1, distinctCount: 2 },
        { name: 'word', type: 'string', nullCount: 0, distinctCount: 2 },
      ],
    });
  });

  test.each([
    ['integer', '1', '2'],
    ['number', '1', '2.0'],
    ['number', '1e2', '2'],
    ['date', '2024-01-01', '2024-01-01T12:00Z'],
    ['string', '1', 'true'],
    ['string', '1', '2024-01-01'],
    ['string', 'true', '2024-01-01'],
    ['string', '1', 'a'],
    ['string', 'a', '1'],
    ['string', '7', '007'],
    ['string', '7', '9007199254740993'],
  ])('calls a column %s that holds %s and %s', async (type, one, other) => {
    const { columns } = await profile(`c\n${one}\n${other}`);
    expect(columns[0]).toMatchObject({ type, nullCount: 0, distinctCount: 2 });
    expect('min' in (columns[0] ?? {})).toBe(type !== 'string');
    expect('mean' in (columns[0] ?? {})).toBe(type === 'number' || type === 'integer');
  });

  test('counts missing, empty and blank cells as null, words for nothing as text', async () => {
    expect((await profile('a,b\n1\n1,\n1," "\n1,NA\n1,null')).columns[1]).toEqual({
      name: 'b',
      type: 'string',
      nullCount: 3,
      distinctCount: 2,
    });
  });

  test.each([
    ['by position where the header has none', 'a,,b,\n', ['a', 'column_2', 'b', 'column_4']],
    ['by position where a row is longer', 'a\n1,2\n1,2,3', ['a', 'column_2', 'column_3']],
    ['with a suffix where a name stands twice', 'a,a,a,a_2,b,a', ['a', 'a_3', 'a_4', 'a_2', 'b', 'a_5']],
    [
      'with a suffix where a position is a name',
      'column_2,,column_4\n1,2,3,4',
      ['column_2', 'column_2_2', 'column_4', 'column_4_2'],
    ],
    ['as the prototype does', '__proto__,constructor,__proto__', ['__proto__', 'constructor', '__proto___2']],
  ])('names columns %s', async (_, csv, names) => {
    expect((await profile(csv)).columns.map((column) => column.name)).toEqual(names);
  });

  test('keeps the mean of the largest numbers finite', async () => {
    const largest = '1.7976931348623157e308';
    const { columns } = await profile(`c\n${largest}\n${largest}\n0`);
    expect(columns[0]?.mean).toBeCloseTo((Number.MAX_VALUE / 3) * 2, -300);
  });

  test('passes a broken text on as an error that no attempt can mend', async () => {
    await expect(profile('a\n"b')).rejects.toMatchObject({ name: 'PermanentError', code: 'csv-malformed' });
  });

  test.each([50_000, 100_000])('refuses the profile of %i columns as too large', async (count) => {
    await expect(profile('x,'.repeat(count - 1) + 'x')).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'output-too-large',
      message: expect.stringContaining(`${count} columns`),
    });
  });

  test('takes 4,000 columns', async () => {
    expect(
      (await profile(Array.from({ length: 4000 }, (_, index) => `c${index}`).join(','))).columns,
    ).toHaveLength(4000);
  });

  test('copes with many short rows under a wide header, where rows times columns are billions', async () => {
    await expect(profile('x,'.repeat(60_000) + '\n' + '1\n'.repeat(60_000))).rejects.toMatchObject({
      code: 'output-too-large',
    });
  });

  test('stops at the signal, between the rows of a large text', async () => {
    const controller = new AbortController();
    const reason = new Error('The lease is lost.');
    const profiling = profileCsvUnder(controller.signal, 'a,b\n' + '1,2\n'.repeat(65_000));
    setImmediate(() => controller.abort(reason));
    await expect(profiling).rejects.toBe(reason);
  });

  test('does not begin under a signal that has aborted', async () => {
    const reason = new Error('Out of time.');
    await expect(profileCsvUnder(AbortSignal.abort(reason), '')).rejects.toBe(reason);
  });

  test.each([
    ['nothing', undefined],
    ['a number', { csv: 1 }],
    ['an unknown member', { csv: 'a', delimiter: ';' }],
  ])('refuses %s as input', async (_, input) => {
    expect((await csvProfile.input['~standard'].validate(input)).issues).toHaveLength(1);
  });
});

async function profile(csv: string): Promise<CsvProfile> {
  return csvProfile.run({ csv }, attemptContext());
}

async function profileCsvUnder(signal: AbortSignal, csv: string): Promise<CsvProfile> {
  return csvProfile.run({ csv }, attemptContext(signal));
}
