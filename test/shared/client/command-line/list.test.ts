import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endTask, ImitatedApi } from '../../../fakes/imitated-api.ts';
import { runCommand, runOnTerminal } from './run-command.ts';
import type { Outcome } from './run-command.ts';

const ESCAPE = '\u001b';
const NOTE = '進捗 is half of it, and there is more to be said than any line may hold';

describe('the list of the command line', () => {
  let api: ImitatedApi;
  beforeAll(async () => {
    api = await ImitatedApi.start();
    api.add({ action: 'sleep', progress: { percent: 50, message: NOTE } });
    endTask(api.add({ action: 'a-name-that-is-longer-than-a-column' }), { finalStatus: 'succeeded' });
  });
  afterAll(() => api.close());

  function list(columns: number | undefined, ...args: readonly string[]): Promise<Outcome> {
    const width = columns === undefined ? {} : { COLUMNS: String(columns) };
    return runCommand(['list', ...args], { env: { TASK_SYSTEM_URL: api.url, ...width } });
  }

  test('fits 60 columns with ids, statuses and actions', async () => {
    const { out } = await list(60);
    const [first, second] = [...api.tasks.keys()];
    expect(out.split('\n')).toEqual([
      'ID                                STATUS     ACTION',
      `${first}  started    sleep`,
      `${second}  succeeded  a-name-that-is…`,
      '',
    ]);
  });

  test('fits 120 columns with times and notes, of whatever width their characters are', async () => {
    const { out } = await list(120, '--action', 'sleep');
    const [head = '', line = ''] = out.split('\n');
    expect(head).toMatch(/^ID {32}STATUS {3}ACTION {2}CREATED {15}ATTEMPT {2}NOTE$/);
    expect(line).toMatch(/ 2026-01-01T00:00:00Z {2}0 {8}50 % 進捗 is half.*…$/);
    // The two wide characters take two columns each.
    expect(line.length).toBeLessThanOrEqual(118);
  });

  test('cuts nothing, and has no colour, where nobody says how wide it may be', async () => {
    const { out } = await list(undefined);
    expect(out).toContain(NOTE);
    expect(out).not.toContain(ESCAPE);
  });

  test('has colours and the width of a terminal, but no colour with NO_COLOR', async () => {
    const env = { TASK_SYSTEM_URL: api.url };
    const { out } = await runOnTerminal(['list'], 60, { env });
    expect(out).toContain(`${ESCAPE}[32msucceeded${ESCAPE}[39m  a-name-that-is…\r\n`);
    const plain = await runOnTerminal(['list'], 60, { env: { ...env, NO_COLOR: '1' } });
    expect(plain.out).toContain('succeeded  a-name-that-is…\r\n');
    expect(plain.out).not.toContain(ESCAPE);
  });

  test('is one JSON document a line with --json', async () => {
    const { out, err } = await list(undefined, '--json');
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual([...api.tasks.keys()]);
    expect(err).toBe('');
  });

  test('tells when there are more than its limit, and when there are none', async () => {
    const some = await list(undefined, '--limit', '1', '--json');
    expect(some.out.split('\n').length).toBe(2);
    expect(some.err).toBe('There are more than 1: see --limit.\n');
    const none = await list(undefined, '--final-status', 'failed', '--active-status', 'stopped');
    expect(none).toEqual({ code: 0, out: '', err: 'There are no such tasks.\n' });
    expect(api.requests.at(-1)?.path).toBe('/v1/tasks?finalStatus=failed&activeStatus=stopped&limit=51');
  });

  test('is followed by a line that tells how a wait stands, on a terminal', async () => {
    const { id } = api.add({ action: 'approve' });
    const env = { TASK_SYSTEM_URL: api.url };
    const { out, code } = await runOnTerminal(['wait', id, '--timeout', '0.2'], 80, { env });
    expect(out).toContain(`\r${ESCAPE}[K${id} started, 0 s, attempt 0\r${ESCAPE}[K`);
    expect(code).toBe(3);
  });
});
