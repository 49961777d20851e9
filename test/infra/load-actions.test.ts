import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkActions } from '../../infra/check-actions.ts';
import { ConfigurationError } from '../../infra/configuration-error.ts';
import { loadActions } from '../../infra/load-actions.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const ACTION = `{ name: 'a', timeoutMs: 1000, retry: { maxAttempts: 3 }, input: {}, run() { throw new Error('ran'); } }`;
const directory = temporaryDirectory({
  'good.cjs': `exports.actions = [${ACTION}];`,
  'empty.cjs': `exports.actions = [];`,
  'none.cjs': `exports.registry = [];`,
  'object.cjs': `exports.actions = { a: ${ACTION} };`,
  'malformed.cjs': `exports.actions = [${ACTION}, { name: 'b', run() {} }];`,
  'primitive.cjs': `exports.actions = ['a'];`,
  'throws.cjs': `throw new RangeError('Action name "A": use lower-case words.');`,
  'run.cjs': `require('./a.run.ts');`,
});
const registry = join(directory, 'registry.ts');
const source = relative(process.cwd(), registry);

function load(name: string): unknown {
  return loadActions(registry, join(directory, name));
}

describe('loadActions', () => {
  it('reads what the actions say about themselves, and runs none', () => {
    expect(load('good.cjs')).toEqual([{ name: 'a', timeoutMs: 1000, maxAttempts: 3 }]);
    expect(load('empty.cjs')).toEqual([]);
  });

  it('loads a file again, as another synth in the process may have changed it', () => {
    const file = join(temporaryDirectory({ 'index.cjs': `exports.actions = [];` }), 'index.cjs');
    expect(loadActions(registry, file)).toHaveLength(0);
    writeFileSync(file, `exports.actions = [${ACTION}];`);
    expect(loadActions(registry, file)).toHaveLength(1);
  });

  it.each([
    [
      'none.cjs',
      'exports undefined as actions; export an array of actions, such as: export const actions = [myAction];',
    ],
    [
      'object.cjs',
      'exports a value of type object as actions; export an array of actions, such as: export const actions = [myAction];',
    ],
    [
      'malformed.cjs',
      ': actions[1] (b) is a value of type object without the name, timeoutMs, retry and run of an action; make it with defineAction.',
    ],
    [
      'primitive.cjs',
      ': actions[0] is a value of type string without the name, timeoutMs, retry and run of an action; make it with defineAction.',
    ],
    [
      'throws.cjs',
      'cannot be loaded: Action name "A": use lower-case words; correct it, and synthesize again.',
    ],
    [
      'run.cjs',
      `imports a .run file when it is loaded (Cannot find module './a.run.ts'); import it inside the action's run: const { run } = await import('./x.run.ts').`,
    ],
  ])('refuses %s in one sentence', (name, rest) => {
    const message = rest.startsWith(':') ? `${source}${rest}` : `${source} ${rest}`;
    expect(() => load(name)).toThrow(new ConfigurationError(message));
  });
});

describe('checkActions', () => {
  const action = { name: 'a', timeoutMs: 1000, maxAttempts: 3 };

  it('accepts an action that fits into the worker with 5 seconds to spare, to the millisecond', () => {
    expect(() => checkActions([{ ...action, timeoutMs: 295_000 }], 300_000)).not.toThrow();
  });

  it('refuses an action that needs a millisecond more', () => {
    expect(() => checkActions([action, { ...action, name: 'slow', timeoutMs: 295_001 }], 300_000)).toThrow(
      new ConfigurationError(
        "Action slow has a timeoutMs of 295001, and the worker's timeout of 300000 ms leaves 295000 ms for an attempt; lower the action's timeoutMs, or raise workerTimeout (at most 900 seconds).",
      ),
    );
  });

  it('refuses two actions of one name', () => {
    expect(() => checkActions([action, { ...action, name: 'b' }, action], 300_000)).toThrow(
      new ConfigurationError(
        "Two actions are named a; an action's name is what callers ask for, so give each its own.",
      ),
    );
  });
});
