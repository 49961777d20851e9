import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readChaosArguments, USAGE, type ChaosArguments } from './chaos-arguments.ts';
import { startKillableStack } from './killable-stack.ts';
import type { KillCounts } from './kills.ts';
import { runChaos, seconds, type ChaosReport } from './run-chaos.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** 128 and the number of SIGINT or SIGTERM, as shells count. */
const EXIT_SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
const MINUTE_MS = 60_000;
const SHOWN_FINDINGS = 50;

/** Each 80 s or so the whole stack: its clock begins to count anew then, and must come to tick now and then. */
const ROUND: KillCounts = { worker: 5, api: 4, status: 1, events: 2, reconciler: 1, stack: 1 };

const chaos = readArguments();
const startedAt = Date.now();
const dataDirectory = mkdtempSync(path.join(tmpdir(), 'chaos-'));
const over = new AbortController();
// Whatever ends this process, nothing of the stack is left.
process.on('exit', () => {
  over.abort();
  rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 10 });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => process.exit(EXIT_SIGNALS[signal]));

say(`seed ${chaos.seed}, ${chaos.minutes} minutes of kills, data in ${dataDirectory}`);
const stack = await startKillableStack(dataDirectory, over.signal);
const endsAt = Date.now() + chaos.minutes * MINUTE_MS;
const report = await runChaos(stack, {
  seed: chaos.seed,
  sleeps: { longestSeconds: 5 },
  round: ROUND,
  pauseMs: [1000, 10_000],
  isOver: () => Date.now() > endsAt,
  hastens: false,
  say,
});
const last = await stack.running();
last.client.close();
await last.process.kill();
for (const line of linesOf(report)) print(line);
process.exit(report.findings.length === 0 ? 0 : EXIT_FAILED);

function readArguments(): ChaosArguments {
  try {
    return readChaosArguments(process.argv.slice(2), randomBytes(4).toString('hex'));
  } catch (error) {
    print(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(EXIT_USAGE);
  }
}

function linesOf({ load, rows, kills, findings, ...figures }: ChaosReport): string[] {
  const ended = rows.filter(({ finalStatus }) => finalStatus !== undefined).length;
  const withFinalStatus = (status: string) => rows.filter(({ finalStatus }) => finalStatus === status).length;
  const killed = Object.entries(kills).map(([kind, count]) => `${count} ${kind}`);
  const sentAgain = rows.filter(({ dispatches }) => dispatches > 0).length;
  const unanswered = load.tasks.filter(({ hadNoAnswer }) => hadNoAnswer).length;
  return [
    ...findings.slice(0, SHOWN_FINDINGS).map((finding) => `FOUND: ${finding}`),
    ...(findings.length > SHOWN_FINDINGS ? [`and ${findings.length - SHOWN_FINDINGS} more`] : []),
    `accepted: ${load.tasks.length} requests, ${load.events.size} events; ${load.unansweredEvents.size} events without an answer`,
    `ended: ${withFinalStatus('succeeded')} succeeded, ${withFinalStatus('failed')} failed, the last one ${seconds(figures.tookMs)} after the load`,
    `repaired: ${unanswered} requests without an answer had made their task, ${sentAgain} tasks were sent again by the clock`,
    `no faults: ${figures.exhausted} tasks lost a worker in each attempt, ${figures.refusedEvents.size} events lost the api in each try, ${figures.hiddenMessages} messages of dead workers are hidden`,
    `seed ${chaos.seed}, kills: ${killed.join(', ')}`,
    `${findings.length === 0 ? 'passed' : `FAILED with ${findings.length} findings`}: ${rows.length} tasks, ${ended} ended, ` +
      `${rows.filter(({ attempt }) => attempt > 1).length} with more than one attempt, ` +
      `${Object.values(kills).reduce((sum, count) => sum + count)} kills, ${((Date.now() - startedAt) / MINUTE_MS).toFixed(1)} minutes`,
  ];
}

function say(line: string): void {
  print(`${seconds(Date.now() - startedAt).padStart(8)}  ${line}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
