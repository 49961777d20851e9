import * as v from 'valibot';
import { expect, test } from 'vitest';
import { time } from '../../../shared/http/time.ts';

test.each([
  ['2026-11-24T09:30:00Z', Date.UTC(2026, 10, 24, 9, 30)],
  ['2026-11-24T09:30:00.1239Z', Date.UTC(2026, 10, 24, 9, 30, 0, 123)],
  ['2026-11-24T11:30:00+02:00', Date.UTC(2026, 10, 24, 9, 30)],
  ['2026-11-23T23:30:00-10:00', Date.UTC(2026, 10, 24, 9, 30)],
  ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
])('%s is a time', (text, expected) => {
  expect(v.parse(time, text)).toBe(expected);
});

test.each([
  '',
  'tomorrow',
  '2026-11-24',
  '2026-11-24 09:30:00Z',
  '2026-11-24T09:30Z',
  '2026-11-24T09:30:00',
  '2026-11-24T09:30:00+0200',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-11-24T24:00:00Z',
  '2026-11-24T09:30:60Z',
  '2026-11-24T09:30:00Z\n',
  1_790_000_000_000,
  null,
])('%j is none, which is told once', (value) => {
  const { issues = [] } = v.safeParse(time, value);
  expect(issues).toHaveLength(1);
});
