import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ColumnProfile, ColumnType } from '../../../functions/actions/csv-column.ts';
import { profileCsv } from '../../../functions/actions/csv-profile.run.ts';
import { plainCsvRows } from './plain-csv-rows.ts';
import { sqliteFigures, type SqliteFigures } from './sqlite-figures.ts';

const signal = new AbortController().signal;

/** Files of the package vega-datasets, with the types that a reader sees in them. */
const FILES: Readonly<Record<string, string>> = {
  'airports.csv': 'string string string string string number number',
  'birdstrikes.csv':
    'string string string date string string string string string string integer integer integer integer',
  'co2-concentration.csv': 'date number number',
  'disasters.csv': 'string integer integer',
  'flights-airport.csv': 'string string integer',
  'gapminder-health-income.csv': 'string integer number integer string',
  'github.csv': 'string integer',
  'global-temp.csv': 'integer number',
  'iowa-electricity.csv': 'date string integer',
  'la-riots.csv': 'string string integer string string date string string string number number',
  'population_engineers_hurricanes.csv': 'string integer integer number integer',
  'seattle-weather-hourly-normals.csv': 'date number number number',
  'seattle-weather.csv': 'date number number number number string',
  'sp500.csv': 'string number',
  'stocks.csv': 'string string number',
  'weather.csv': 'string date number number number number string',
  'windvectors.csv': 'number number integer integer number',
  'zipcodes.csv': 'string number number string string string',
};

/** What SQLite must have found where a column is of a type. */
const EXPECTED: Readonly<Record<ColumnType, (found: SqliteFigures) => object>> = {
  empty: () => ({}),
  boolean: () => ({}),
  string: () => ({}),
  date: ({ first, last }) => ({ min: first, max: last }),
  integer: ({ min, max, mean }) => ({ min, max, mean: expect.closeTo(Number(mean), 8) }),
  number: ({ min, max, mean }) => ({ min, max, mean: expect.closeTo(Number(mean), 8) }),
};

describe('csv-profile agrees with SQLite', () => {
  test.each(Object.entries(FILES))('about %s', async (file, types) => {
    const csv = readFileSync(new URL(`../data/${file}`, import.meta.resolve('vega-datasets')), 'utf8');
    const [header = [], ...rows] = plainCsvRows(csv);
    const figures = sqliteFigures(rows, header.length);

    const profile = await profileCsv(csv, signal);

    expect(profile.rowCount).toBe(rows.length);
    expect(profile.columns.map((column) => column.name)).toEqual(header);
    expect(profile.columns.map((column) => column.type).join(' ')).toBe(types);
    expect(profile.columns).toEqual(
      profile.columns.map((column, index) => expectedColumn(column, figures[index] ?? {})),
    );
  });
});

function expectedColumn({ name, type }: ColumnProfile, found: SqliteFigures): object {
  const { nullCount, distinctCount } = found;
  return { name, type, nullCount, distinctCount, ...EXPECTED[type](found) };
}
