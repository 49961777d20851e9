import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImitatedApi } from '../../../fakes/imitated-api.ts';
import { runCommand } from './run-command.ts';

describe('the command line', () => {
  let api: ImitatedApi;
  beforeAll(async () => {
    api = await ImitatedApi.start();
  });
  afterAll(() => api.close());

  test.each([
    [[], /Usage: task-system/],
    [['bogus'], /unknown command 'bogus'/],
    [['get'], /missing required argument 'id'/],
    [['get', 'ab', '--frob'], /unknown option '--frob'/],
    [['wait', 'ab', '--timeout', '-1'], /'-1' is invalid\. It must be a number of seconds above 0\./],
    [['list', '--limit', '1.5'], /'1\.5' is invalid\. It must be a whole number from 1 on\./],
    [
      ['list', '--final-status', 'done'],
      /'done' is invalid\. Allowed choices are succeeded, failed, cancelled\./,
    ],
    [
      ['create', 'sleep', '--start-at', 'tomorrow'],
      /'tomorrow' is invalid\. It must be a time with its offset/,
    ],
    [
      ['create', 'sleep', '--input', '{"a":1,}'],
      /^--input is not JSON: .*position 7.* use --input-file\.\n$/,
    ],
    [['create', 'sleep', '--input-file', '/none'], /^The file \/none cannot be read: ENOENT/],
    [['create', 'sleep', '--input', '1', '--input-file', 'f'], /cannot be used with option/],
    [['get', 'ab', '--sign', 'eu-west-1'], /^Signing for eu-west-1 needs credentials: set AWS_ACCESS_KEY_ID/],
    [['get', 'ab', '--sign', 'eu-west-1', '--authorization', 'x'], /cannot be used with option/],
    [['get', 'ab', '--url', 'example.com'], /^The URL is "example\.com": give an http or https URL/],
  ])('exits with 2 and says why: %j', async (args, message) => {
    const { code, out, err } = await runCommand(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });

  test('names the actions there are when there is no such action', async () => {
    const { code, err } = await runCommand(['create', 'slep', '--url', api.url]);
    expect({ code, err }).toEqual({
      code: 1,
      err: 'There is no action "slep". (404 action-not-found) There are: sleep, csv-profile, approve.\n',
    });
  });

  test.each([
    [[], 'No credentials were sent: use --sign REGION'],
    [['--authorization', 'Bearer x'], 'Check the value of --authorization'],
  ])('hints at the credentials when it is forbidden with %j', async (args, hint) => {
    api.fail({ status: 403, body: { message: 'Forbidden' } });
    const { code, err } = await runCommand(['get', 'ab', '--url', api.url, ...args]);
    expect(code).toBe(1);
    expect(err).toContain(`The gateway has answered 403: Forbidden. (403 forbidden) ${hint}`);
  });

  test('tells which part of a request is refused, and lets no terminal obey it', async () => {
    const errors = [{ pointer: '/input/seconds', detail: 'is missing' }];
    const body = { type: 'urn:task-system:input-rejected', detail: 'Not \u009b31mthis.', errors };
    api.fail({ status: 422, body });
    const { err } = await runCommand(['create', 'sleep', '--url', api.url]);
    expect(err).toBe('Not \\u009b31mthis. (422 input-rejected) /input/seconds is missing.\n');
  });

  test.each([[['get', 'ab']], [['wait', 'ab']]])('tells soon that nobody answers to %j', async (args) => {
    const gone = await ImitatedApi.start();
    await gone.close();
    const { code, err } = await runCommand([...args, '--url', gone.url]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /sent 3 times and not answered: .*ECONNREFUSED.*Is the API there\? --url or TASK_SYSTEM_URL/,
    );
  });

  test('has help for newcomers, with examples', async () => {
    const { code, out } = await runCommand(['--help']);
    expect(code).toBe(0);
    for (const command of ['create', 'get', 'wait', 'list', 'cancel', 'retry', 'actions']) {
      expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
    }
    const helps = await Promise.all(['create', 'list', 'wait'].map((name) => runCommand(['help', name])));
    for (const help of helps) expect(help.out).toContain('Examples:\n  task-system ');
  });

  test('ends quietly when nobody reads its output any more', async () => {
    const { code, err } = await runCommand(['actions', '--url', api.url], {
      onStart: (child) => child.stdout?.destroy(),
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});
