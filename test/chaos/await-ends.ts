import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import type { TaskRow } from '../../shared/task/task-row.ts';
import { hasFinalStatus } from '../../shared/task/task.ts';
import type { KillableStack } from './killable-stack.ts';
import type { Load } from './load.ts';
import type { StackClient } from './stack-client.ts';

/** What waiting for ends needs. */
export interface AwaitEndsParts {
  readonly stack: KillableStack;
  readonly load: Load;
  /** Does the clock's part by hand for what a death has left, so that minutes are spared. */
  readonly hastens: boolean;
  readonly findings: Set<string>;
  readonly say: (line: string) => void;
}

/** How a load has ended. */
export interface Ends {
  readonly rows: readonly TaskRow[];
  /** Events by which no task was started since the api function died in each of Lambda's three tries: kept in their queue. */
  readonly refusedEvents: ReadonlySet<number>;
  readonly tookMs: number;
}

/** For what waits in the queue when the load is over; until it is empty, the clock excuses tasks that were never begun. */
const WORKED_OFF_WITHIN_MS = 1_200_000;
/**
 * Beyond the latest look that is due when the queue is empty: a lease of two minutes and 95 s, or Lambda's pauses of one minute and two, and
 * the attempts that are left then.
 */
const PATIENCE_MS = 240_000;
const LINE_EVERY_MS = 15_000;
/** Longer than an attempt under chaos takes: who has not ended by then was left by a death. */
const STALE_MS = 4000;

const refusedAfterDeaths = v.object({
  requestContext: v.object({ condition: v.literal('RetriesExhausted') }),
  requestPayload: v.object({
    startTask: v.object({ request: v.object({ input: v.object({ seconds: v.number() }) }) }),
  }),
});

/** Waits until all that a load got accepted has ended; what has not by the time that the protocol promises is a finding. */
export async function awaitEnds(parts: AwaitEndsParts): Promise<Ends> {
  const { stack, load, findings, say } = parts;
  const { client } = await stack.running();
  const startedAt = Date.now();
  const refusedEvents = new Set<number>();
  const hastened = new Set<string>();
  let until = startedAt + WORKED_OFF_WITHIN_MS;
  let isWorkedOff = false;
  let lineAt = startedAt + LINE_EVERY_MS;
  for (;;) {
    await takeRefused(client, refusedEvents, findings);
    // Counted before the rows are read: a look at one of these may have been excused until then.
    const { waiting } = await client.countMessages('TasksQueue');
    const rows = await client.rows();
    const open = rows.filter((row) => !hasFinalStatus(row));
    const missing = missingOf(rows, load, refusedEvents);
    const now = Date.now();
    if (waiting === 0 && !isWorkedOff) {
      isWorkedOff = true;
      until = Math.max(now, ...open.map(({ lookAt = now }) => lookAt)) + PATIENCE_MS;
    }
    const isOver = open.length === 0 && missing.length === 0;
    if (!isOver && now > until) {
      for (const row of open) findings.add(`It never ended: ${JSON.stringify(row)}`);
      for (const what of missing) findings.add(`It was accepted, and is nowhere: ${what}`);
    }
    if (isOver || now > until) return { rows, refusedEvents, tookMs: now - startedAt };
    if (now > lineAt) {
      const rest = `${open.length} tasks are open, ${missing.length} are still to come, ${waiting} messages wait`;
      say(isWorkedOff ? `${rest}; all must be over in ${Math.ceil((until - now) / 1000)} s` : rest);
      lineAt = now + LINE_EVERY_MS;
    }
    if (parts.hastens) await hastenStale(client, open, now, hastened);
    // Reading every row of a large table takes a while; it leaves the stack half of the time.
    await pause(Math.max(500, Date.now() - now));
  }
}

async function takeRefused(client: StackClient, refused: Set<number>, findings: Set<string>): Promise<void> {
  for (const body of await client.takeRefusedEvents()) {
    const record = v.safeParse(refusedAfterDeaths, JSON.parse(body));
    if (record.success) refused.add(record.output.requestPayload.startTask.request.input.seconds);
    else findings.add(`An event was refused: ${body}`);
  }
}

function missingOf(rows: readonly TaskRow[], load: Load, refused: ReadonlySet<number>): string[] {
  const ids = new Set(rows.map(({ id }) => id));
  const started = new Set(rows.map(secondsOf));
  return [
    ...load.tasks.filter(({ id }) => !ids.has(id)).map(({ key, id }) => `the task ${id} with the key ${key}`),
    ...[...load.events]
      .filter((seconds) => !started.has(seconds) && !refused.has(seconds))
      .map((seconds) => `the task of the event with the input of ${seconds} seconds`),
  ];
}

/** What tells the sleeping tasks of events apart. */
export function secondsOf(row: TaskRow): number | undefined {
  if (!('json' in row.input) || row.action !== 'sleep') return undefined;
  const input = v.safeParse(v.object({ seconds: v.number() }), JSON.parse(row.input.json));
  return input.success ? input.output.seconds : undefined;
}

/** Once for each attempt, since each takes another one from the task. */
async function hastenStale(
  client: StackClient,
  open: readonly TaskRow[],
  now: number,
  hastened: Set<string>,
): Promise<void> {
  for (const row of open) {
    const attempt = `${row.id} ${row.attempt}`;
    const since = row.retryAt ?? row.attemptStartedAt ?? row.createdAt;
    if (now - since < STALE_MS || hastened.has(attempt)) continue;
    hastened.add(attempt);
    // It has ended, or was claimed anew meanwhile.
    await client.hasten(row).catch(() => {});
  }
}
