import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endTask, ImitatedApi } from '../../../fakes/imitated-api.ts';
import { runCommand } from './run-command.ts';
import type { Outcome } from './run-command.ts';

const ESCAPE = '\u001b';

describe('the command line', () => {
  let api: ImitatedApi;
  beforeAll(async () => {
    api = await ImitatedApi.start();
  });
  afterAll(() => api.close());

  function run(...args: readonly string[]): Promise<Outcome> {
    return runCommand(args, { env: { TASK_SYSTEM_URL: api.url } });
  }

  test('creates a task and prints it', async () => {
    const times = ['--start-at', '2026-12-01T09:00:00Z', '--deadline-at', '2026-12-02T09:00:00+01:00'];
    const { code, out, err } = await run(
      'create',
      'sleep',
      '--input',
      '{"seconds":1}',
      ...times,
      '-k',
      'one',
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^id {8}[0-9a-f]{32}\naction {4}sleep\nstatus {4}started\nattempt {3}0\n/);
    const request = api.requests.at(-1);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      action: 'sleep',
      input: { seconds: 1 },
      startAt: '2026-12-01T09:00:00.000Z',
      deadlineAt: '2026-12-02T08:00:00.000Z',
    });
    expect(request?.headers['idempotency-key']).toBe('"one"');
  });

  test('reads an input from a file and from the standard input', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'task-system-'));
    const file = join(directory, 'input.json');
    await writeFile(file, '{"seconds":2}');
    const fromFile = await run('create', 'sleep', '--input-file', file, '--json');
    expect(JSON.parse(fromFile.out)).toMatchObject({ input: { seconds: 2 } });
    const env = { TASK_SYSTEM_URL: api.url };
    const piped = await runCommand(['create', 'sleep', '--input', '-', '--json'], {
      env,
      input: '{"seconds":3}',
    });
    expect(JSON.parse(piped.out)).toMatchObject({ input: { seconds: 3 } });
    await rm(directory, { recursive: true });
  });

  test('waits for a task that it has created, and exits with 0 when it succeeded', async () => {
    const { code, out, err } = await run('create', 'sleep', '--input', '{"seconds":0}', '--wait', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ finalStatus: 'succeeded', output: { seconds: 0 } });
  });

  test('exits with 1 when it failed, and lets no terminal obey what its error says', async () => {
    const { code, out } = await run('create', 'csv-profile', '--input', '{"csv":"\\""}', '--wait');
    expect(code).toBe(1);
    expect(out).toContain('status    failed\nnote      A quote \\u001b[31mnever closes. (csv-malformed)\n');
    expect(out).not.toContain(ESCAPE);
  });

  test('exits with 1 when a task that it waits for is cancelled', async () => {
    const task = api.add({ action: 'approve' });
    endTask(task, { finalStatus: 'cancelled' });
    expect(await run('wait', task.id)).toMatchObject({ code: 1, out: expect.stringContaining('cancelled') });
  });

  test('exits with 3 when the time for a wait is over, and tells that the task goes on', async () => {
    const { id } = api.add({ action: 'approve' });
    const { code, out, err } = await run('wait', id, '--timeout', '0.1');
    expect(code).toBe(3);
    expect(out).toContain('status    started');
    expect(err).toBe(
      `The time is over, and the task goes on: "task-system wait ${id}" waits for it again, "task-system cancel ${id}" stops it.\n`,
    );
  });

  test('exits with 130 on Ctrl-C while it waits, and tells that the task goes on', async () => {
    const { id } = api.add({ action: 'approve' });
    const { onWait } = api;
    const { code, err } = await runCommand(['wait', id], {
      env: { TASK_SYSTEM_URL: api.url },
      onStart(child) {
        api.onWait = () => child.kill('SIGINT');
      },
    });
    api.onWait = onWait;
    expect({ code, err }).toEqual({ code: 130, err: expect.stringContaining('The task goes on: ') });
  });

  test('prints a task as it is now, and exits with 0 whatever became of it', async () => {
    const task = api.add({ progress: { percent: 40, message: 'halfway' }, cancelRequested: true });
    expect((await run('get', task.id)).out).toContain('note      cancel requested, 40 % halfway\n');
    endTask(task, { finalStatus: 'failed', error: { message: 'No.', code: 'no' } });
    expect(await run('get', task.id)).toMatchObject({ code: 0, err: '' });
  });

  test('cancels', async () => {
    const { id } = api.add();
    expect(await run('cancel', id)).toMatchObject({ code: 0, out: expect.stringContaining('cancelled') });
  });

  test('retries, and waits for the new task', async () => {
    const { id } = api.add({ input: { seconds: 0 } });
    const { code, out } = await run('retry', id, '--wait', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ retryOf: id, finalStatus: 'succeeded' });
  });

  test('lists the actions with the schemas of their inputs', async () => {
    const { out } = await run('actions', '--json');
    expect(JSON.parse(out)).toEqual([
      { action: 'sleep', input: { type: 'object', properties: { seconds: { type: 'number' } } } },
      { action: 'csv-profile', input: { type: 'object', properties: { csv: { type: 'string' } } } },
      { action: 'approve', input: {} },
    ]);
    expect((await run('actions')).out).toMatch(/^sleep\n {2}\{\n {4}"type": "object",\n/);
  });

  test('signs with the credentials of the environment', async () => {
    const env = {
      TASK_SYSTEM_URL: api.url,
      TASK_SYSTEM_SIGN_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKID',
      AWS_SECRET_ACCESS_KEY: 'secret',
    };
    expect(await runCommand(['get', api.add().id], { env })).toMatchObject({ code: 0 });
    expect(api.requests.at(-1)?.headers.authorization).toMatch(
      /Credential=AKID\/\d+\/eu-west-1\/execute-api\//,
    );
  });
});
