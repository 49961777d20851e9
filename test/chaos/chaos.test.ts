import { appendFileSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startTask } from '../acceptance/task-calls.ts';
import { temporaryDirectory } from '../infra/local/temporary-directory.ts';
import { startKillableStack, type KillableStack } from './killable-stack.ts';
import type { KillCounts } from './kills.ts';
import { runChaos } from './run-chaos.ts';

/**
 * Seconds, as a rule. On a starved machine a request may end in a time-out, and its repair is then Lambda's, after one minute and two, or
 * the clock's, within 3.5 minutes.
 */
const PATIENCE = { timeout: 300_000, interval: 200 };
/** What a test of several starts may take on a busy machine. */
const LONG_MS = 900_000;

const ROUND: KillCounts = { worker: 2, api: 1, status: 1, events: 1, reconciler: 1, stack: 1 };

/** A stack that is killed when the test is over. */
async function startStack(): Promise<KillableStack> {
  const dataDirectory = temporaryDirectory();
  const over = new AbortController();
  onTestFinished(() => over.abort());
  return startKillableStack(dataDirectory, over.signal);
}

test(
  'a stack whose functions and whole are killed under load loses nothing that it accepted, and keeps it when files are torn',
  { timeout: LONG_MS },
  async () => {
    const stack = await startStack();
    const { load, rows, kills, findings } = await runChaos(stack, {
      seed: 'short',
      sleeps: { longestSeconds: 1.5 },
      round: ROUND,
      pauseMs: [100, 1000],
      // The reconciler's process is there from one tick of the clock on, which a short test does not wait for.
      isOver: ({ reconciler: _ticks, ...others }) => Object.values(others).every((count) => count > 0),
      hastens: true,
      say: () => {},
    });
    expect(findings).toEqual([]);
    expect(kills.worker + kills.api).toBeGreaterThan(2);
    expect(load.tasks.length).toBeGreaterThan(40);
    expect(load.events.size).toBeGreaterThan(3);
    expect(rows.length).toBeGreaterThanOrEqual(load.tasks.length + load.events.size);
    // Deaths hit attempts, and others than those that are to fail first.
    const again = rows.filter(({ action, attempt }) => action === 'sleep' && attempt > 1);
    expect(again.length).toBeGreaterThan(0);

    // All at one instant, and the last writes torn, as by a power cut; what was accepted has come to rest before.
    const versions = async () =>
      new Map((await (await stack.running()).client.rows()).map(({ id, version }) => [id, version]));
    const before = await versions();
    await stack.restart(() => tearTails(stack.dataDirectory));
    expect(await versions()).toEqual(before);
    const { client } = await stack.running();
    expect(await startTask(client.send, 'sleep', { seconds: 0 })).toMatchObject({ attempt: 0 });
  },
);

test(
  'a worker that is killed in mid-work holds up nobody, and its task gets another attempt',
  { timeout: LONG_MS },
  async () => {
    const { client, process: running } = await (await startStack()).running();
    const rowOf = async (id: string) => (await client.rows()).find((row) => row.id === id);
    const sleeping = async (seconds: number) => (await startTask(client.send, 'sleep', { seconds })).id;
    const ended = (id: string, attempt: number) =>
      vi.waitFor(async () => {
        expect(await rowOf(id)).toMatchObject({ finalStatus: 'succeeded', attempt });
      }, PATIENCE);

    const id = await sleeping(3);
    await vi.waitFor(async () => expect(await rowOf(id)).toMatchObject({ attempt: 1 }), PATIENCE);
    for (const pid of running.functionPids('WorkerFunction')) process.kill(pid, 'SIGKILL');
    await ended(await sleeping(0.001), 1);
    const row = await rowOf(id);
    expect(row).toMatchObject({ attempt: 1, leaseUntil: expect.any(Number), lookAt: expect.any(Number) });
    // The clock finds it by this.
    expect(row?.lookAt).toBeGreaterThan(row?.createdAt ?? 0);
    if (row !== undefined) await client.hasten(row);
    await ended(id, 2);
  },
);

/**
 * Leaves half of a record at the end of each file that is appended to, as a write does that a power cut interrupts: the journal of the
 * table's changes, LevelDB's log, SQLite's write-ahead logs.
 */
function tearTails(directory: string): void {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(directory, name))
    .filter((file) => /\/changes$|\/tables\/\d+\.log$|\.db-wal$/.test(file));
  expect(files.map((file) => path.basename(file))).toEqual(expect.arrayContaining(['changes']));
  for (const file of files) {
    const content = readFileSync(file);
    // Of a journal the first half of its first line, which holds no end of a line.
    const isJournal = path.basename(file) === 'changes';
    const torn = isJournal ? content.subarray(0, content.indexOf('\n') / 2) : content.subarray(-41, -1);
    appendFileSync(file, torn);
  }
}
