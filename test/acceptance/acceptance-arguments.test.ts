import { expect, test } from 'vitest';
import { readAcceptanceArguments } from './acceptance-arguments.ts';

test.each([
  [['--url', 'https://api.example.com/v1/'], { url: 'https://api.example.com/v1', signRegion: undefined }],
  [
    ['--sign', 'eu-west-1', '--url=http://127.0.0.1:8080/prod/v1'],
    { url: 'http://127.0.0.1:8080/prod/v1', signRegion: 'eu-west-1' },
  ],
])('reads %j', (args, expected) => {
  expect(readAcceptanceArguments(args)).toEqual(expected);
});

test.each([
  [[], '--url is missing'],
  [['--url', 'api.example.com/v1'], 'http or https URL'],
  [['--url', 'ftp://api.example.com/v1'], 'http or https URL'],
  [['--url', 'https://api.example.com'], 'ends in /v1'],
  [['--url', 'https://api.example.com/v1', '--sign', 'Ireland'], 'an AWS region'],
  [['--uri', 'https://api.example.com/v1'], "Unknown option '--uri'"],
  [['https://api.example.com/v1'], 'Unexpected argument'],
])('refuses %j', (args, message) => {
  expect(() => readAcceptanceArguments(args)).toThrow(message);
});
