import { expect, test } from 'vitest';
import { readChaosArguments } from './chaos-arguments.ts';

test.each([
  [['--minutes', '10'], { minutes: 10, seed: 'new' }],
  [['--seed', 'ab12', '--minutes=0.5'], { minutes: 0.5, seed: 'ab12' }],
])('reads %j', (args, expected) => {
  expect(readChaosArguments(args, 'new')).toEqual(expected);
});

test.each([
  [[], '--minutes is missing'],
  [['--minutes', '0'], 'a number above 0'],
  [['--minutes', '-1'], 'ambiguous'],
  [['--minutes', 'ten'], 'a number above 0'],
  [['--hours', '1'], "Unknown option '--hours'"],
])('refuses %j', (args, message) => {
  expect(() => readChaosArguments(args, 'new')).toThrow(message);
});
