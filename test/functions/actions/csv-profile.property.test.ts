import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { profileCsv } from '../../../functions/actions/csv-profile.run.ts';

const signal = new AbortController().signal;
const rowEnd = fc.constantFrom('\n', '\r\n', '\r');
const text = fc
  .array(fc.constantFrom('a', 'b', '"', ',', '\n', '\r\n', 'é', '\u{1F600}', ' '), { maxLength: 6 })
  .map((characters) => characters.join('').trim());

test('a rendered table of any texts has as many rows, nulls and different texts in its profile', async () => {
  const table = fc
    .integer({ min: 1, max: 5 })
    .chain((width) =>
      fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 20 }),
    );
  await fc.assert(
    fc.asyncProperty(table, rowEnd, async (rows, end) => {
      const width = rows[0]?.length ?? 0;
      const header = Array.from({ length: width }, (_, index) => `c${index}`);
      const csv = [header, ...rows].map((row) => row.map(quote).join(',')).join(end);
      const profile = await profileCsv(csv, signal);
      expect(profile.rowCount).toBe(rows.length);
      expect(profile.columns).toEqual(
        header.map((name, index) => {
          const filled = rows.map((row) => row[index]).filter((cell) => cell !== '');
          return {
            name,
            type: filled.length === 0 ? 'empty' : 'string',
            nullCount: rows.length - filled.length,
            distinctCount: new Set(filled).size,
          };
        }),
      );
    }),
  );
});

test('a column of any doubles keeps its least and greatest number, and a mean between them', async () => {
  // With an exponent, since integers beyond 2^53 - 1 count as text.
  const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
    minLength: 1,
    maxLength: 50,
  });
  await fc.assert(
    fc.asyncProperty(numbers, async (values) => {
      const csv = ['n', ...values.map((value) => value.toExponential())].join('\n');
      const { columns } = await profileCsv(csv, signal);
      const min = values.reduce((a, b) => Math.min(a, b)) + 0;
      const max = values.reduce((a, b) => Math.max(a, b)) + 0;
      expect(columns[0]).toMatchObject({ type: 'number', min, max });
      expect(columns[0]?.mean).toBeGreaterThanOrEqual(min);
      expect(columns[0]?.mean).toBeLessThanOrEqual(max);
      expect(JSON.parse(JSON.stringify(columns))).toEqual(columns);
    }),
  );
});

test('any text without quotes has a profile, and it is JSON', async () => {
  const lines = fc.string({ unit: 'binary', maxLength: 60 }).map((line) => line.replaceAll('"', ''));
  await fc.assert(
    fc.asyncProperty(lines, async (csv) => {
      const profile = await profileCsv(csv, signal);
      expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
    }),
    { numRuns: 500 },
  );
});

function quote(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}
