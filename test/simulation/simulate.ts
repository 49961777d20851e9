import { createChance } from './chance.ts';
import { createEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { fetchOrWait, recreate, startCallers } from './callers.ts';
import { drawFaults } from './faults.ts';
import { checkEnd } from './check-end.ts';
import { startEventStream } from './event-stream.ts';
import { listSoon, startListers, walkAtEnd } from './listers.ts';
import { meddle, startOutsiders, useToken } from './outsiders.ts';
import { startPlatform } from './platform.ts';
import type { Request } from './request.ts';
import { createRecorder } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import type { AttemptListener } from './sim-actions.ts';
import type { Universe } from './sim-process.ts';
import { createTable } from './table.ts';
import type { RowWrite, Table } from './table.ts';
import { watchAnswers } from './watch-answers.ts';
import { watchAttempts } from './watch-attempts.ts';
import { watchRows } from './watch-rows.ts';
import type { RowWatcher } from './watch-rows.ts';
import type { World } from './world.ts';

/** What a simulated world went through. */
export interface Simulated {
  readonly recorder: Recorder;
  readonly steps: number;
  readonly tasks: number;
}

const START = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Simulates the world of a seed to its end. The same seed gives the same history, to the millisecond. */
export async function simulate(
  seed: number,
  options: { readonly keepsHistory?: boolean } = {},
): Promise<Simulated> {
  const engine = createEngine(START);
  const world = createWorld(engine, seed, options.keepsHistory ?? false);
  startCallers(world);
  startOutsiders(world);
  startListers(world);
  let steps = await engine.run(world.faults.calmFrom);
  // A task that never ends would keep the clock going for ever.
  for (let until = 0; until < endOf(world);) {
    until = endOf(world);
    steps += await engine.run(until);
  }
  walkAtEnd(world);
  steps += await engine.run(endOf(world) + HOUR_MS);
  checkEnd(world);
  const [error] = world.recorder.errors;
  if (error !== undefined)
    throw new Error(`The world of seed ${seed} has thrown what nobody expects.`, { cause: error });
  return { recorder: world.recorder, steps, tasks: world.watcher.tasks.size };
}

/** When everything must have ended: its deadline, a bound for the repair, and time for events and late messages. */
function endOf({ watcher, faults }: World): number {
  const deadlines = [...watcher.tasks.values()].map(({ deadlineAt }) => deadlineAt);
  return Math.max(faults.calmFrom, ...deadlines) + HOUR_MS;
}

function createWorld(engine: Engine, seed: number, keepsHistory: boolean): World {
  const chance = createChance(seed);
  const recorder = createRecorder(engine, keepsHistory);
  let numbers = 0;
  const lines: ((line: string) => void)[] = [];
  const universe: Universe = {
    engine,
    chance,
    recorder,
    faults: drawFaults(engine, chance),
    nextNumber: () => (numbers += 1),
    onLine: (line) => lines.forEach((hear) => hear(line)),
  };
  const retentionMs = chance.pick([1000, MINUTE_MS, HOUR_MS, 7 * 24 * HOUR_MS]);
  const workerTimeoutMs =
    universe.faults.mood === 'slow'
      ? 15 * MINUTE_MS
      : chance.pick([30_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS]);
  const writers = new Set<string>();
  // The parts of a world know one another; each is called only once all are there.
  const late: { world?: World } = {};
  const requests = new Map<string, Request>();
  const whole = (): World => {
    if (late.world === undefined) throw new Error('The world is not complete yet.');
    return late.world;
  };
  const table: Table = createTable(universe, onWrite, (row) => watcher.onDelete(row));
  const watcher: RowWatcher = watchRows(universe, retentionMs, (key) => table.rowOf(key));
  const answers = watchAnswers(universe, watcher, writers);
  lines.push((line) => answers.onPublished(line));
  const listener: AttemptListener = watchAttempts(universe, watcher, (key) => table.rowOf(key), {
    onBegin: ({ taskId }) => meddle(whole(), taskId),
    onToken(token) {
      answers.onSecret(token);
      useToken(whole(), token);
    },
  });
  const platform = startPlatform(universe, { table, watcher, listener, workerTimeoutMs, retentionMs });
  const stream = startEventStream(universe, table);
  late.world = {
    ...universe,
    table,
    watcher,
    answers,
    platform,
    stream,
    listener,
    retentionMs,
    writers,
    requests,
  };
  return late.world;

  function onWrite(write: RowWrite): void {
    writers.add(write.process.name);
    watcher.onWrite(write);
    const { id, tenant, lookAt: look, finalStatus } = write.after;
    if (look !== undefined) platform.lookAt(look);
    stream.onImage(write.after);
    if (finalStatus === undefined || write.before?.finalStatus !== undefined) return;
    listSoon(whole(), tenant);
    if (tenant !== 'default') return;
    // Whoever waits for it reads how it ended, soon and later.
    for (const ms of [chance.between(0, 500), chance.between(0, 30_000)]) {
      engine.at(engine.now() + ms, () => recorder.watch(fetchOrWait(whole(), id)));
    }
    recreate(whole(), id);
  }
}
