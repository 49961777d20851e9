import { expect, test } from 'vitest';
import { actions } from '../../../functions/actions/registry.ts';

test('the registry names every action once', () => {
  const names = actions.map((action) => action.name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['csv-profile', 'http-request', 'sleep']));
});
