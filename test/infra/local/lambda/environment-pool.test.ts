import { expect, onTestFinished, test, vi } from 'vitest';
import { createEnvironmentPool } from '../../../../infra/local/lambda/environment-pool.ts';
import type { ExecutionEnvironment } from '../../../../infra/local/lambda/execution-environment.ts';

/** An environment without a process. */
function environment(isStarting: () => boolean = () => false): ExecutionEnvironment {
  let alive = true;
  return {
    get starting() {
      return isStarting();
    },
    get alive() {
      return alive;
    },
    async invoke() {
      return { kind: 'answered', output: 'null' };
    },
    async close() {
      alive = false;
    },
  };
}

async function takeMany(count: number): Promise<{
  pool: ReturnType<typeof createEnvironmentPool>;
  started: ExecutionEnvironment[];
}> {
  const started: ExecutionEnvironment[] = [];
  const pool = createEnvironmentPool(() => {
    const one = environment();
    started.push(one);
    return one;
  });
  for (let turn = 0; turn < count; turn += 1) await pool.take();
  return { pool, started };
}

test('an environment that is put back soon goes to an invocation that waits, and none is started for it', async () => {
  const { pool, started } = await takeMany(4);
  const [first] = started;
  if (first === undefined) throw new Error('Nothing was started.');
  const fifth = pool.take();
  pool.putBack(first);
  expect(await fifth).toBe(first);
  expect(started).toHaveLength(4);
});

test('an invocation that has waited long enough gets an environment of its own', async () => {
  const { started } = await takeMany(6);
  expect(new Set(started).size).toBe(6);
});

test('none is started while another one still starts, however long that takes', async () => {
  let isStarting = true;
  let started = 0;
  const pool = createEnvironmentPool(() => {
    started += 1;
    return environment(() => isStarting);
  });
  for (let turn = 0; turn < 4; turn += 1) await pool.take();
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const fifth = pool.take();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(started).toBe(4);
  isStarting = false;
  await vi.advanceTimersByTimeAsync(1000);
  await fifth;
  expect(started).toBe(5);
});

test('an environment that died is not handed out again', async () => {
  const { pool, started } = await takeMany(1);
  const [first] = started;
  if (first === undefined) throw new Error('Nothing was started.');
  pool.putBack(first);
  await first.close();
  expect(await pool.take()).toBe(started[1]);
});

test('a closed pool ends every environment, and hands out none, to those who wait either', async () => {
  const { pool, started } = await takeMany(4);
  const waiting = pool.take();
  await pool.close();
  expect(await waiting).toBeUndefined();
  expect(await pool.take()).toBeUndefined();
  expect(started.map(({ alive }) => alive)).toEqual([false, false, false, false]);
});
