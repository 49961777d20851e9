import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { connectToStack, eventIdsOf, type StackClient } from './stack-client.ts';
import { startStackProcess } from './stack-process.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/**
 * Seconds, as a rule. On a starved machine a request may end in a time-out, and its repair is then Lambda's, after one minute and two, or
 * the clock's, within 3.5 minutes.
 */
const PATIENCE = { timeout: 300_000, interval: 200 };
/** What a test of several starts may take on a busy machine. */
const LONG_MS = 900_000;

/** What was accepted: ids by idempotency key, and the inputs of events. Each input is another one, by which its task is known. */
class Load {
  readonly tasks = new Map<string, { readonly id: string; readonly seconds: number }>();
  readonly events: number[] = [];
  private count = 0;

  /** Creates tasks, directly and by events, until the stack does not answer any more, or `enough` says so. */
  async press(client: StackClient, enough: () => boolean): Promise<void> {
    await Promise.allSettled(
      [1, 2, 3, 4].map(async (caller) => {
        while (!enough()) {
          this.count += 1;
          const seconds = this.count / 1000;
          if (caller === 4) {
            await client.putEvent(seconds);
            this.events.push(seconds);
          } else {
            const key = `task-${this.count}`;
            const id = await client.create(key, seconds);
            this.tasks.set(key, { id, seconds });
          }
        }
      }),
    );
  }

  get size(): number {
    return this.tasks.size + this.events.length;
  }
}

/** Sees to it that all of a load ends, each task once and with the output of its action. */
async function expectAllEnded(client: StackClient, load: Load): Promise<void> {
  for (const [key, { id, seconds }] of load.tasks) expect(await client.create(key, seconds)).toBe(id);
  const hastened = new Set<string>();
  const expected = [...[...load.tasks.values()].map(({ seconds }) => seconds), ...load.events];
  await vi.waitFor(async () => {
    const rows = await client.rows();
    for (const row of rows) {
      if (row.finalStatus !== undefined || hastened.has(row.id)) continue;
      // The clock finds it by this.
      expect(row.lookAt).toBeGreaterThan(row.createdAt);
      hastened.add(row.id);
      await client.hasten(row);
    }
    const outputs = rows.map(
      ({ output }) => JSON.parse(output && 'json' in output ? output.json : '{}').seconds,
    );
    const timesOf = (seconds: number) => outputs.filter((output) => output === seconds).length;
    expect({
      missing: expected.filter((seconds) => timesOf(seconds) === 0),
      twice: expected.filter((seconds) => timesOf(seconds) > 1),
      open: rows.filter((row) => row.finalStatus !== 'succeeded'),
    }).toEqual({ missing: [], twice: [], open: [] });
  }, PATIENCE);
}

test(
  'a stack that is killed under load has lost nothing that it accepted: each task ends once, and tells of its end',
  { timeout: LONG_MS },
  async () => {
    const dataDirectory = temporaryDirectory();
    const load = new Load();
    const first = await startStackProcess(dataDirectory);
    const pressing = load.press(connectToStack(first), () => false);
    await vi.waitFor(() => expect(load.size).toBeGreaterThan(60), PATIENCE);
    const pids = first.functionPids();
    await first.kill();
    await pressing;
    expect(pids.length).toBeGreaterThan(2);
    await vi.waitFor(() => expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]), PATIENCE);
    expect(load.events.length).toBeGreaterThan(0);

    const second = await startStackProcess(dataDirectory);
    const client = connectToStack(second);
    await expectAllEnded(client, load);
    const before = new Map((await client.rows()).map((row) => [row.id, row.version]));
    await vi.waitFor(() => {
      const eventIds = eventIdsOf(dataDirectory);
      for (const id of before.keys()) expect(eventIds.get(id)?.size).toBe(1);
    }, PATIENCE);

    // Everything at one instant, and the last writes torn, as by a power cut; what was accepted has come to rest before.
    await second.kill();
    tearTails(dataDirectory);
    const third = await startStackProcess(dataDirectory);
    const after = new Map((await connectToStack(third).rows()).map((row) => [row.id, row.version]));
    expect(after).toEqual(before);
    expect(await connectToStack(third).create('after', 0)).toMatch(/^\w{32}$/);
  },
);

test(
  'a function whose process is killed in mid-work holds up nobody, and its task gets another attempt',
  { timeout: LONG_MS },
  async () => {
    const stack = await startStackProcess(temporaryDirectory());
    const client = connectToStack(stack);
    const rowOf = async (id: string) => (await client.rows()).find((row) => row.id === id);
    const ended = (id: string, attempt: number) =>
      vi.waitFor(async () => {
        expect(await rowOf(id)).toMatchObject({ finalStatus: 'succeeded', attempt });
      }, PATIENCE);

    const id = await client.create('long', 3);
    await vi.waitFor(async () => expect(await rowOf(id)).toMatchObject({ attempt: 1 }), PATIENCE);
    for (const pid of stack.functionPids('WorkerFunction')) process.kill(pid, 'SIGKILL');
    await ended(await client.create('other', 0.001), 1);
    const row = await rowOf(id);
    expect(row).toMatchObject({ attempt: 1, leaseUntil: expect.any(Number), lookAt: expect.any(Number) });
    if (row !== undefined) await client.hasten(row);
    await ended(id, 2);

    for (const pid of stack.functionPids('ApiFunction')) process.kill(pid, 'SIGKILL');
    // A request that meets the dying process gets a 500, and is made again with its key.
    await ended(await vi.waitFor(() => client.create('after', 0.002), PATIENCE), 1);
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
