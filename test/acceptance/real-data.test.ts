import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describedClient } from './described-client.ts';
import { runToTheEnd, startTask } from './task-calls.ts';
import { taskOf } from './task-view.ts';

const send = describedClient();

/** A file of the package vega-datasets, cut after its last whole line within `bytes`. */
function dataset(name: string, bytes = 250 * 1024): string {
  const whole = readFileSync(new URL(`../data/${name}`, import.meta.resolve('vega-datasets')), 'latin1');
  const text = whole.length <= bytes ? whole : whole.slice(0, whole.lastIndexOf('\n', bytes) + 1);
  return Buffer.from(text, 'latin1').toString('utf8');
}

/** Figures of a file without quotes, by splitting its lines at commas. */
function plainFigures(csv: string, index: number): object {
  const cells = csv
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[index] ?? '');
  const numbers = cells.map(Number);
  return {
    nullCount: 0,
    distinctCount: new Set(cells).size,
    min: Math.min(...numbers),
    max: Math.max(...numbers),
    mean: expect.closeTo(numbers.reduce((sum, number) => sum + number, 0) / numbers.length, 8),
  };
}

test('four years of weather in Seattle have their profile within one wait', async () => {
  const csv = dataset('seattle-weather.csv');
  const { id } = await startTask(send, 'csv-profile', { csv });
  const task = taskOf(await send('GET', `/tasks/${id}?wait=20`));
  expect(task.finalStatus).toBe('succeeded');
  expect(task.output).toEqual({
    rowCount: 1461,
    columns: [
      { name: 'date', type: 'date', nullCount: 0, distinctCount: 1461, min: '2012-01-01', max: '2015-12-31' },
      { name: 'precipitation', type: 'number', ...plainFigures(csv, 1) },
      { name: 'temp_max', type: 'number', ...plainFigures(csv, 2) },
      { name: 'temp_min', type: 'number', ...plainFigures(csv, 3) },
      { name: 'wind', type: 'number', ...plainFigures(csv, 4) },
      { name: 'weather', type: 'string', nullCount: 0, distinctCount: 5 },
    ],
  });
});

test('all airports of the United States, names with commas and quotes, have the figures that Python finds', async () => {
  const task = await runToTheEnd(send, 'csv-profile', { csv: dataset('airports.csv') });
  expect(task.output).toEqual({
    rowCount: 3376,
    columns: [
      { name: 'iata', type: 'string', nullCount: 0, distinctCount: 3376 },
      { name: 'name', type: 'string', nullCount: 0, distinctCount: 3237 },
      { name: 'city', type: 'string', nullCount: 0, distinctCount: 2675 },
      { name: 'state', type: 'string', nullCount: 0, distinctCount: 57 },
      { name: 'country', type: 'string', nullCount: 0, distinctCount: 5 },
      {
        name: 'latitude',
        type: 'number',
        nullCount: 0,
        distinctCount: 3375,
        min: 7.367222,
        max: 71.2854475,
        mean: expect.closeTo(40.036523625524204, 8),
      },
      {
        name: 'longitude',
        type: 'number',
        nullCount: 0,
        distinctCount: 3375,
        min: -176.6460306,
        max: 145.621384,
        mean: expect.closeTo(-98.62120491947557, 8),
      },
    ],
  });
});

test('an input close to the limit of 256 KiB comes back whole, and so do the figures of ZIP codes', async () => {
  const csv = dataset('zipcodes.csv');
  const task = await runToTheEnd(send, 'csv-profile', { csv });
  expect(task.input).toEqual({ csv });
  expect(task.output).toMatchObject({
    rowCount: csv.trimEnd().split('\n').length - 1,
    columns: [
      { name: 'zip_code', type: 'string', nullCount: 0 },
      { name: 'latitude', type: 'number', ...plainFigures(csv, 1) },
      { name: 'longitude', type: 'number', ...plainFigures(csv, 2) },
      { name: 'city', type: 'string' },
      { name: 'state', type: 'string' },
      { name: 'county', type: 'string' },
    ],
  });
});
