import { setTimeout as pause } from 'node:timers/promises';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { awaitEnds, type Ends } from './await-ends.ts';
import { checkEnds, type EndFigures } from './check-ends.ts';
import { watchEndedTasks } from './ended-tasks.ts';
import type { KillableStack } from './killable-stack.ts';
import { dealKills, kill, type Death, type KillCounts, type KillKind } from './kills.ts';
import { createLoad, type Load } from './load.ts';
import type { Sleeps } from './wanted-task.ts';

/** What is done to a stack. */
export interface ChaosOptions {
  /** Kinds, pauses and tasks are the same for the same seed; at which instruction a kill meets a process is not. */
  readonly seed: string;
  readonly sleeps: Sleeps;
  readonly round: KillCounts;
  /** Bounds of the pause before each kill. */
  readonly pauseMs: readonly [number, number];
  /** Asked before each pause. */
  readonly isOver: (kills: KillCounts) => boolean;
  /**
   * Spares minutes: does the clock's part by hand at the end, and puts no event while processes of the api function die, since Lambda would
   * invoke it again only after a minute.
   */
  readonly hastens: boolean;
  readonly say: (line: string) => void;
}

/** What has come of it. */
export interface ChaosReport extends Ends, EndFigures {
  readonly load: Load;
  readonly kills: KillCounts;
  /** Everything that must not be. */
  readonly findings: readonly string[];
}

const CALLERS = 4;
/** So many tasks are accepted between two kills. */
const PROGRESS = 8;
const PROGRESS_WITHIN_MS = 60_000;
const LOOK_PAUSE_MS = 20;
const LINE_EVERY_MS = 30_000;
/** The clock ticks a minute after the stack was ready, and then each minute. */
const TICK_MS = 60_000;
/** A tick's work is done about then. */
const TICK_WORK_MS = 600;

/** Kills parts of a stack under load, or all of it, again and again; then lets everything end, and checks all that was promised. */
export async function runChaos(stack: KillableStack, options: ChaosOptions): Promise<ChaosReport> {
  const { seed, sleeps, hastens, say } = options;
  const findings = new Set<string>();
  const ended = watchEndedTasks(findings);
  const load = createLoad({ stack, ended, sleeps, findings, random: createSeededRandom(`${seed} load`) });
  const pressing = load.press(CALLERS);
  let deaths: readonly Death[];
  try {
    deaths = await killAround(stack, load, options);
  } finally {
    load.stop();
  }
  await pressing;
  say(
    `the load is over: ${load.tasks.length} tasks and ${load.events.size} events, ${ended.count} seen ended`,
  );
  const ends = await awaitEnds({ stack, load, hastens, findings, say });
  say(`all is quiet after ${seconds(ends.tookMs)}: ${ends.rows.length} rows`);
  const figures = await checkEnds({ stack, load, ended, deaths, findings }, ends);
  return { ...ends, ...figures, load, kills: countKills(deaths), findings: [...findings] };
}

async function killAround(stack: KillableStack, load: Load, options: ChaosOptions): Promise<Death[]> {
  const { seed, round, pauseMs, hastens, isOver, say } = options;
  const random = createSeededRandom(`${seed} kills`);
  const deck = dealKills(random, round);
  const deaths: Death[] = [];
  let lineAt = Date.now() + LINE_EVERY_MS;
  let accepted = 0;
  while (!isOver(countKills(deaths))) {
    await seeProgress(load, accepted);
    accepted = load.tasks.length;
    const next = await nextKill(stack, () => deck.next().value, pauseMs, random.fraction());
    load.holdsEvents = hastens && next.kind === 'api';
    await pause(next.inMs);
    const at = await kill(next.kind, stack, load, random);
    if (at !== undefined) deaths.push({ kind: next.kind, at });
    load.holdsEvents = false;
    if (Date.now() < lineAt) continue;
    lineAt = Date.now() + LINE_EVERY_MS;
    say(`${deaths.length} kills, ${load.tasks.length} tasks and ${load.events.size} events accepted`);
  }
  return deaths;
}

function countKills(deaths: readonly Death[]): KillCounts {
  const of = (kind: KillKind): number => deaths.filter((death) => death.kind === kind).length;
  return {
    worker: of('worker'),
    api: of('api'),
    status: of('status'),
    events: of('events'),
    reconciler: of('reconciler'),
    stack: of('stack'),
  };
}

/** A busy machine starts processes slowly; kills that follow each other faster than that would only ever meet a stack that does nothing. */
async function seeProgress({ tasks }: Load, before: number): Promise<void> {
  const until = Date.now() + PROGRESS_WITHIN_MS;
  while (tasks.length < before + PROGRESS && Date.now() < until) await pause(LOOK_PAUSE_MS);
}

/** What is dealt, after a pause; or, when the clock ticks before that, in half of the cases the reconciler in the midst of its work. */
async function nextKill(
  stack: KillableStack,
  deal: () => KillKind,
  [least, most]: readonly [number, number],
  fraction: number,
): Promise<{ readonly kind: KillKind; readonly inMs: number }> {
  const inMs = least + (most - least) * fraction;
  const { readyAt } = (await stack.running()).process;
  const tickInMs = TICK_MS - ((Date.now() - readyAt) % TICK_MS);
  if (tickInMs > inMs || fraction < 0.5) return { kind: deal(), inMs };
  return { kind: 'reconciler', inMs: tickInMs + (fraction - 0.5) * 2 * TICK_WORK_MS };
}

/** Milliseconds as seconds, for people. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
