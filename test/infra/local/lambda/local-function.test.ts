import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { isRunning } from '../../../../infra/local/is-running.ts';
import { answerOf, functionOf } from './function-fixture.ts';

const PID = 'exports.handler = async () => process.pid;';

describe('a local function', () => {
  test('answers what its handler returns, with a context as Lambda gives it', async () => {
    const { target } = functionOf(
      `exports.handler = async (event, context) => ({
         event, id: context.awsRequestId, name: context.functionName, memory: context.memoryLimitInMB,
         arn: context.invokedFunctionArn, remaining: context.getRemainingTimeInMillis() });`,
    );
    expect(await answerOf(target, { text: 'grüezi' })).toEqual({
      event: { text: 'grüezi' },
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      name: 'Test-Echo',
      memory: '256',
      arn: target.definition.arn,
      remaining: expect.toSatisfy((remaining: number) => remaining > 0 && remaining <= 10_000),
    });
  });

  test('answers null when its handler returns nothing', async () => {
    const { target } = functionOf('exports.handler = async () => {};');
    expect(await target.invoke({})).toEqual({
      kind: 'answered',
      output: 'null',
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });

  test('sees its own variables and Lambda’s, and none of the developer’s', async () => {
    process.env['DEVELOPERS_SECRET'] = 'secret';
    const { target } = functionOf('exports.handler = async () => process.env;', {
      variables: { TABLE_NAME: 'tasks' },
    });
    const variables = await answerOf(target);
    delete process.env['DEVELOPERS_SECRET'];
    expect(variables).toMatchObject({
      TABLE_NAME: 'tasks',
      AWS_LAMBDA_FUNCTION_NAME: 'Test-Echo',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1/db',
      AWS_ENDPOINT_URL_EVENTBRIDGE: 'http://127.0.0.1:1/events',
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1/sqs',
      _HANDLER: 'index.handler',
    });
    expect(variables).not.toHaveProperty('DEVELOPERS_SECRET');
    expect(variables).not.toHaveProperty('HOME');
    expect(variables).not.toHaveProperty('NODE_COMPILE_CACHE');
  });

  test('takes index.js for CommonJS and index.mjs for an ES module, as Lambda does', async () => {
    const script = functionOf('exports.handler = async () => typeof require;', { file: 'index.js' });
    const module = functionOf('export const handler = async () => typeof require;', { file: 'index.mjs' });
    expect(await answerOf(script.target)).toBe('function');
    expect(await answerOf(module.target)).toBe('undefined');
  });

  test('keeps one environment for invocations that follow one another', async () => {
    const { target } = functionOf('let count = 0; exports.handler = async () => ++count;');
    expect([await answerOf(target), await answerOf(target), await answerOf(target)]).toEqual([1, 2, 3]);
  });

  test('fails with what its handler throws, and goes on in the same environment', async () => {
    const { target, shown } = functionOf(
      `exports.handler = async (event) => {
         if (event.bad) throw new RangeError('too bad');
         return process.pid;
       };`,
    );
    const pid = await answerOf(target);
    expect(await target.invoke({ bad: true })).toMatchObject({
      kind: 'function-error',
      errorType: 'RangeError',
      errorMessage: 'too bad',
    });
    expect(await answerOf(target)).toBe(pid);
    await vi.waitFor(() => expect(shown.join()).toContain('too bad'));
  });

  test.each([
    ['calls process.exit', 'process.exit(7)', 'Runtime.ExitError', 'exit status 7'],
    ['kills itself', "process.kill(process.pid, 'SIGKILL')", 'Runtime.ExitError', 'signal: SIGKILL'],
    [
      'leaves a rejection unhandled',
      "Promise.reject(new Error('forgotten'))",
      'Runtime.UnhandledPromiseRejection',
      'forgotten',
    ],
    ['throws outside its promise', "setTimeout(() => { throw new TypeError('late'); })", 'TypeError', 'late'],
  ])(
    'that %s fails alone, and the next invocation gets a new environment',
    async (_, deed, type, message) => {
      const { target } = functionOf(
        `exports.handler = async (event) => {
         if (!event.bad) return process.pid;
         ${deed};
         await new Promise((resolve) => setTimeout(resolve, 60_000));
       };`,
      );
      const before = await answerOf(target);
      expect(await target.invoke({ bad: true })).toMatchObject({
        kind: 'function-error',
        errorType: type,
        errorMessage: expect.stringContaining(message),
      });
      expect(await answerOf(target)).not.toBe(before);
    },
  );

  test('that does not end in time is killed, even when it never yields', async () => {
    const { target, shown } = functionOf(
      'exports.handler = async (event) => { while (event.bad); return process.pid; };',
      { timeoutMs: 300 },
    );
    const before = Number(await answerOf(target));
    expect(await target.invoke({ bad: true })).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('Task timed out after 0.30 seconds'),
    });
    expect(await answerOf(target)).not.toBe(before);
    expect(isRunning(before)).toBe(false);
    expect(shown.join()).toContain('timed out');
  });

  test('that takes more than its memory is killed, Buffers included', async () => {
    const { target } = functionOf(
      `const kept = [];
       exports.handler = async () => {
         for (;;) {
           kept.push(Buffer.alloc(16 * 1024 * 1024, 1));
           await new Promise((resolve) => setTimeout(resolve, 20));
         }
       };`,
      { memoryMb: 128 },
    );
    expect(await target.invoke({})).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('of 128 MB'),
    });
  });

  test.each([
    ['cannot be loaded', "require('./missing.cjs');", 'Error', 'missing.cjs'],
    ['exports no handler', 'exports.other = 1;', 'Runtime.HandlerNotFound', 'index.handler'],
    [
      'takes a callback',
      'exports.handler = (a, b, done) => {};',
      'Runtime.CallbackHandlerDeprecated',
      'async',
    ],
    ['exits while it loads', 'process.exit(3);', 'Runtime.ExitError', 'exit status 3'],
  ])('that %s fails its invocation', async (_, code, type, message) => {
    const { target } = functionOf(code);
    expect(await target.invoke({})).toMatchObject({
      errorType: type,
      errorMessage: expect.stringContaining(message),
    });
  });

  test('that answers more than 6 MB fails', async () => {
    const { target } = functionOf("exports.handler = async () => 'x'.repeat(6 * 1024 * 1024);");
    expect(await target.invoke({})).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  });

  test('uses the environment that was warmed', async () => {
    const { target, directory } = functionOf(
      `require('node:fs').appendFileSync(__dirname + '/starts', process.pid + '\\n'); ${PID}`,
    );
    target.warm();
    await vi.waitFor(() => expect(existsSync(path.join(directory, 'starts'))).toBe(true), 5000);
    const pid = await answerOf(target);
    expect(readFileSync(path.join(directory, 'starts'), 'utf8')).toBe(`${String(pid)}\n`);
  });

  test('lets an invocation end when it is closed with grace, and leaves no process', async () => {
    const { target } = functionOf(
      `exports.handler = async () => {
         await new Promise((resolve) => setTimeout(resolve, 100));
         return process.pid;
       };`,
    );
    await answerOf(target);
    const last = answerOf(target);
    await target.close(5000);
    expect(isRunning(Number(await last))).toBe(false);
  });

  test('kills an invocation that outlasts the grace, and whatever it started', async () => {
    const { target, directory } = functionOf(
      `exports.handler = async () => {
         const { spawn } = require('node:child_process');
         const { writeFileSync } = require('node:fs');
         const sleeper = spawn('sleep', ['60']);
         writeFileSync(__dirname + '/pid', String(sleeper.pid));
         await new Promise((resolve) => setTimeout(resolve, 60_000));
       };`,
    );
    const outcome = target.invoke({});
    const file = path.join(directory, 'pid');
    await vi.waitFor(() => expect(existsSync(file) && readFileSync(file, 'utf8')).toBeTruthy(), 5000);
    await target.close(0);
    expect(await outcome).toMatchObject({ kind: 'function-error' });
    await vi.waitFor(() => expect(isRunning(Number(readFileSync(file, 'utf8')))).toBe(false), 5000);
  });

  test('shows lines that are no JSON and loud JSON lines, and keeps the terminal free of the others', async () => {
    const { target, shown } = functionOf(
      `exports.handler = async () => {
         console.log('plain');
         console.log(JSON.stringify({ level: 'INFO', message: 'quiet' }));
         console.log(JSON.stringify({ level: 'WARN', message: 'loud' }));
         console.log('last');
       };`,
    );
    await answerOf(target);
    await vi.waitFor(() => expect(shown).toContain('[Echo] last'), 5000);
    expect(shown).toEqual(['[Echo] plain', '[Echo] {"level":"WARN","message":"loud"}', '[Echo] last']);
  });
});
