import { beforeEach, describe, expect, test } from 'vitest';
import { completionTokenOf, readCompletionToken } from '../../../shared/task/completion-token.ts';
import { createTask } from '../../../shared/task/create-task.ts';
import { createCompletionWorld } from '../../fakes/completion-world.ts';
import { actionOf, RETENTION_MS } from '../../fakes/worker-world.ts';

const id = 'a1'.repeat(16);
const secret = '0123456789abcdef'.repeat(4);

describe('a completion token', () => {
  test.each(['default', 'a/b', 'ü 100%', '\u{1f600}', '../..', 'x'.repeat(1024)])(
    'carries the task of the tenant %j, in printable ASCII',
    (tenant) => {
      const token = completionTokenOf({ tenant, id }, secret);
      expect(token).toMatch(/^[!-~]+$/);
      expect(readCompletionToken(token)).toEqual({ key: { tenant, id }, secret });
    },
  );

  test.each([
    ['nothing', ''],
    ['words', 'hunter2'],
    ['no tenant', `/${id}/${secret}`],
    ['no task', `default//${secret}`],
    ['no secret', `default/${id}/`],
    ['half a secret', `default/${id}/${secret.slice(0, 32)}`],
    ['a secret and more', `default/${id}/${secret}0`],
    ['a line after it', `default/${id}/${secret}\n`],
    ['a fourth part', `default/${id}/${secret}/`],
    ['another alphabet', `default/${id}/${secret.toUpperCase()}`],
    ['no text in its tenant', `%ff/${id}/${secret}`],
    ['half a code in its tenant', `%e0%a/${id}/${secret}`],
    ['a tenant that is too long', `${'x'.repeat(1025)}/${id}/${secret}`],
    ['an id of another shape', `default/${id.toUpperCase()}/${secret}`],
  ])('is none with %s', (_name, text) => {
    expect(readCompletionToken(text)).toBeUndefined();
  });
});

describe('the token of an attempt', () => {
  let world: ReturnType<typeof createCompletionWorld>;

  beforeEach(() => {
    world = createCompletionWorld();
  });

  const stale = { name: 'CompletionTokenStaleError' };
  const invalid = { name: 'CompletionTokenInvalidError' };

  async function expectRefused(token: string, error: object) {
    await expect(world.succeed(token, 1)).rejects.toMatchObject(error);
    await expect(world.fail(token, 'no')).rejects.toMatchObject(error);
    await expect(world.beat(token, { percent: 1 })).rejects.toMatchObject(error);
    expect(world.written).toEqual({ updates: 0, payloads: 0 });
  }

  /** A released task, the token of its first attempt, and how to begin the next. */
  async function released() {
    const { key, token, work } = await world.begin(async () => Promise.reject(new Error('once')));
    await world.clock.advanceUntil(work);
    return { key, token };
  }

  test('counts after its attempt has failed, until the next one begins', async () => {
    const { key, token } = await released();
    expect(await world.succeed(token, 'late')).toMatchObject({ finalStatus: 'succeeded', output: 'late' });
    expect(await world.fetch(key)).not.toHaveProperty('error');
    const { kind } = await deliverNext();
    expect(kind).toBe('delete');
  });

  async function deliverNext() {
    let runs = 0;
    const kind = await world.deliver(actionOf(() => (runs += 1)));
    return { kind, runs };
  }

  test('is stale once another attempt has begun, and changes nothing', async () => {
    const { key, token } = await released();
    const second = await world.begin(undefined, key);
    await expectRefused(token, stale);
    await world.clock.advanceUntil(second.work);
    await expectRefused(token, stale);
    expect(await world.succeed(second.token)).toMatchObject({ finalStatus: 'succeeded', attempt: 2 });
    await expect(world.succeed(token)).rejects.toMatchObject(stale);
  });

  test.each([
    ['cut', (token: string) => token.slice(0, -1)],
    ['of no task', (token: string) => token.replace(/\/[0-9a-f]{32}\//, `/${'f'.repeat(32)}/`)],
    ['of another tenant', (token: string) => token.replace('default', 'other')],
  ])('that is %s is no token', async (_name, change) => {
    const { token } = await world.park();
    await expectRefused(change(token), invalid);
  });

  test('with another secret is stale', async () => {
    const { token } = await world.park();
    await expectRefused(
      token.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      stale,
    );
  });

  test('with another task’s id is stale', async () => {
    const [one, two] = [await world.park(), await world.park()];
    await expectRefused(one.token.replace(one.key.id, two.key.id), stale);
  });

  test('is no token once the task has expired', async () => {
    const { token } = await world.park();
    await world.succeed(token, 1);
    Object.assign(world.written, { updates: 0, payloads: 0 });
    await world.clock.advance(RETENTION_MS + 1000);
    await expectRefused(token, invalid);
  });

  test('is stale for the next task that has its key', async () => {
    const { key, token } = await world.park();
    await world.succeed(token, 1);
    Object.assign(world.written, { updates: 0, payloads: 0 });
    await world.clock.advance(RETENTION_MS + 1000);
    await createTask(
      { ...world.outside(), queue: world.queue },
      { key, action: actionOf(() => 1), input: 1 },
    );
    await expectRefused(token, stale);
  });

  test('is nowhere to be seen but in its attempt’s context', async () => {
    const { key, token, work } = await world.begin(({ log, waitForCompletion }) => {
      log.info('inside');
      return waitForCompletion();
    });
    await world.clock.advanceUntil(work);
    const { secret: hidden = '' } = readCompletionToken(token) ?? {};
    const told: unknown[] = [await world.rowOf(key), await world.fetch(key)];
    for (const wrong of [token.slice(1), token.replace(/.$/, 'x'), `${token}0`]) {
      told.push(await world.succeed(wrong).catch(String));
    }
    told.push(await world.succeed(token), await world.fail(token, 'no').catch(String));
    told.push(await world.rowOf(key), world.logger.lines);
    expect(hidden).toHaveLength(64);
    expect(JSON.stringify(told)).not.toContain(hidden.slice(1, -1));
  });
});
