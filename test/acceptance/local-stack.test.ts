import { expect, test } from 'vitest';
import { startLocalStack } from './local-stack.ts';

const READY_LINE = "console.log('synthesizing'); console.log('ready http://127.0.0.1:1/v1');";

test('gives the URL of the ready line, and stops the process by SIGINT', async () => {
  const stack = await startLocalStack(['-e', `${READY_LINE} setInterval(() => {}, 1000)`]);
  expect(stack.url).toBe('http://127.0.0.1:1/v1');
  await stack.stop();
  await stack.stop();
});

test('shows the output of a stack that ends before it is ready', async () => {
  const starting = startLocalStack(['-e', "console.error('no such template'); process.exitCode = 3"]);
  await expect(starting).rejects.toThrow(/exit code 3[^]*no such template/);
});

test('shows the output of a stack that is not ready in time, and leaves nothing running', async () => {
  const starting = startLocalStack(['-e', 'console.log(`pid ${process.pid}`); setInterval(() => {}, 1000)'], {
    readyWithinMs: 1500,
  });
  const error: unknown = await starting.catch((reason: unknown) => reason);
  expect(String(error)).toMatch(/not ready within 1.5 s[^]*pid \d+/);
  const pid = Number(/pid (\d+)/.exec(String(error))?.[1]);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('kills a stack that is not ready yet when its signal aborts', async () => {
  const over = new AbortController();
  const starting = startLocalStack(['-e', 'setInterval(() => {}, 1000)'], { signal: over.signal });
  over.abort();
  await expect(starting).rejects.toThrow('aborted');
});
