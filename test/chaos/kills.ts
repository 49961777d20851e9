import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../shared/task/random.ts';
import type { KillableStack } from './killable-stack.ts';
import type { Load } from './load.ts';

/** What is killed: a process of a function, or the whole stack. */
export type KillKind = 'worker' | 'api' | 'status' | 'events' | 'reconciler' | 'stack';

/** How many kills of each kind, or how often each is dealt in a round. */
export type KillCounts = Readonly<Record<KillKind, number>>;

/** A kill that has met something. */
export interface Death {
  readonly kind: KillKind;
  /** Milliseconds since 1970, just before it. */
  readonly at: number;
}

const FUNCTION_NAMES: Readonly<Record<Exclude<KillKind, 'stack'>, string>> = {
  worker: 'WorkerFunction',
  api: 'ApiFunction',
  status: 'StatusFunction',
  events: 'EventsFunction',
  reconciler: 'ReconcilerFunction',
};
/** More than there are processes of the api function, so that each of them has a request in hand when it dies. */
const BURST = 16;
/** What a burst takes, more or less: somewhere in it each process is between its row and its send. */
const BURST_MS = 100;

/** Kinds in an order by chance, without end: in each round every kind as often as `round` says. */
export function* dealKills(random: Random, round: KillCounts): Generator<KillKind, never> {
  const kinds = ['worker', 'api', 'status', 'events', 'reconciler', 'stack'] as const;
  for (;;) {
    const cards = kinds.flatMap((kind) => Array.from({ length: round[kind] }, () => kind));
    while (cards.length > 0) yield* cards.splice(Math.floor(random.fraction() * cards.length), 1);
  }
}

/** Kills one of a kind by SIGKILL; answers when, if there was one. Of the api function all processes die, in a burst of requests. */
export async function kill(
  kind: KillKind,
  stack: KillableStack,
  load: Load,
  random: Random,
): Promise<number | undefined> {
  if (kind === 'stack') {
    const at = Date.now();
    await stack.restart();
    return at;
  }
  const { process: running } = await stack.running();
  if (kind === 'api') {
    load.burst(BURST);
    await pause(random.fraction() * BURST_MS);
  }
  const pids = running.functionPids(FUNCTION_NAMES[kind]);
  const first = Math.floor(random.fraction() * pids.length);
  const chosen = kind === 'api' ? pids : pids.slice(first, first + 1);
  const at = Date.now();
  return chosen.filter(killProcess).length > 0 ? at : undefined;
}

function killProcess(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself since it was listed.
    return false;
  }
}
