import type { ApiTask } from '../api-task.ts';
import type { TaskClient } from '../task-client-types.ts';
import { statusOf } from './paint.ts';
import { noteOf, printTask } from './print-task.ts';
import { printable } from './printable.ts';

/** What the exit code of a command tells. */
export const exitCodes = { succeeded: 0, failed: 1, usage: 2, timedOut: 3, interrupted: 130 } as const;

/** How a wait of the command line is bounded and shown. */
export interface AwaitOptions {
  /** In milliseconds. */
  readonly timeout?: number;
  readonly json?: boolean;
}

const SECOND_MS = 1000;

/** Waits for a task's end, prints the task, and sets the exit code by it. Ctrl-C ends the waiting, not the task. */
export async function awaitEnd(client: TaskClient, task: ApiTask, options: AwaitOptions): Promise<void> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.once('SIGINT', stop);
  const line = showWaiting(task);
  try {
    const ended = await client.waitForFinalStatus(task.id, {
      signal: interrupt.signal,
      timeoutMs: options.timeout,
      onLook: (seen) => line.update(seen),
    });
    line.clear();
    printTask(ended, options.json);
    if (ended.finalStatus === null) {
      process.stderr.write(`The time is over, and the task goes on: ${waitAgain(task)}\n`);
      process.exitCode = exitCodes.timedOut;
    } else if (ended.finalStatus !== 'succeeded') process.exitCode = exitCodes.failed;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    line.clear();
    process.stderr.write(`The task goes on: ${waitAgain(task)}\n`);
    process.exitCode = exitCodes.interrupted;
  } finally {
    line.clear();
    process.off('SIGINT', stop);
  }
}

function waitAgain({ id }: ApiTask): string {
  return `"task-system wait ${printable(id)}" waits for it again, "task-system cancel ${printable(id)}" stops it.`;
}

/** A line on a terminal's standard error that tells each second how a wait stands; nothing elsewhere. */
function showWaiting(first: ApiTask): { update(task: ApiTask): void; clear(): void } {
  let task = first;
  const begunAt = Date.now();
  const { stderr } = process;
  if (!stderr.isTTY) return { update() {}, clear() {} };
  const timer = setInterval(show, SECOND_MS);
  show();
  function show(): void {
    const seconds = Math.round((Date.now() - begunAt) / SECOND_MS);
    const parts = [`${task.id} ${statusOf(task)}`, `${seconds} s`, `attempt ${task.attempt}`, noteOf(task)];
    const text = parts.filter((part) => part !== '').join(', ');
    stderr.write(`\r\u001b[K${text.slice(0, stderr.columns - 1)}`);
  }
  return {
    update(seen) {
      task = seen;
    },
    clear() {
      clearInterval(timer);
      stderr.write('\r\u001b[K');
    },
  };
}
