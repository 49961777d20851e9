import { describe, expect, test } from 'vitest';
import { PermanentError } from '../../../shared/task/permanent-error.ts';
import { AttemptError, taskErrorOf } from '../../../shared/task/task-error.ts';
import { bytesOf } from '../../../shared/task/utf8.ts';

describe('the stored form of what an action threw', () => {
  test('keeps an error’s name, message and string code, and no stack', () => {
    const error = Object.assign(new RangeError('too far'), { code: 'E_FAR' });
    expect(taskErrorOf(error, 2)).toEqual({
      name: 'RangeError',
      message: 'too far',
      code: 'E_FAR',
      retryable: true,
      attempt: 2,
    });
  });

  test('makes a permanent error not retryable', () => {
    expect(taskErrorOf(new PermanentError('gone', { code: 'gone' }), 1)).toMatchObject({
      code: 'gone',
      retryable: false,
    });
    expect(taskErrorOf(new PermanentError('gone'), 1)).toMatchObject({
      name: 'PermanentError',
      code: 'action-failed',
    });
  });

  test('takes the service’s own failures with their code', () => {
    const timeout = new AttemptError('timeout', 'late', { retryable: true });
    expect(taskErrorOf(timeout, 1)).toMatchObject({ code: 'timeout', retryable: true });
  });

  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const hostile = {
    get message(): string {
      throw new Error('from a getter');
    },
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();

  test.each([
    ['a string', 'plain words', 'plain words'],
    ['undefined', undefined, 'The action threw undefined.'],
    ['null', null, 'The action threw null.'],
    ['a symbol', Symbol('s'), 'The action threw Symbol(s).'],
    ['a plain object', { a: 1 }, '{"a":1}'],
    ['an object with a message', { message: 'told' }, 'told'],
    ['a cyclic object', cyclic, expect.stringContaining('cycles')],
    ['an object whose getter throws', hostile, expect.stringContaining('cannot be read')],
    ['a revoked proxy', revoked.proxy, expect.stringContaining('cannot be read')],
  ])('has a message for %s', (_name, thrown, message) => {
    expect(taskErrorOf(thrown, 1)).toEqual({
      name: 'Error',
      message,
      code: 'action-failed',
      retryable: true,
      attempt: 1,
    });
  });

  test('cuts a huge message to 1 KiB of UTF-8, never within a character', () => {
    for (const letter of ['x', 'ü', '漢', '😀']) {
      const { message } = taskErrorOf(new Error(letter.repeat(1024 * 1024)), 1);
      expect(bytesOf(message)).toBeLessThanOrEqual(1024);
      expect(bytesOf(message)).toBeGreaterThan(1018);
      expect(message).toBe(`${letter.repeat((message.length - 1) / letter.length)}…`);
    }
  });

  test('keeps a code only when programs can use it', () => {
    for (const code of ['', 'two words', 'x'.repeat(65), 7]) {
      expect(taskErrorOf(Object.assign(new Error('no'), { code }), 1).code).toBe('action-failed');
    }
  });
});
