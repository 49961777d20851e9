import { hasFinalStatus } from '../task/task.ts';
import type { Task } from '../task/task.ts';
import { jsonResponse } from './message.ts';
import type { HttpResponse } from './message.ts';
import { representTask } from './representation.ts';

/** A task's age over this is what its caller should wait before the next look: what has taken long takes longer. */
const AGES_A_LOOK = 20;
const SHORTEST_SECONDS = 1;
/** A longer pause would be felt when the task has ended meanwhile. */
const LONGEST_SECONDS = 30;

/** An answer that shows a task. While it has not ended, `Retry-After` tells when to look again; it grows with the task's age. */
export function taskResponse(
  status: number,
  task: Task,
  now: number,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return jsonResponse(status, representTask(task), {
    ...(!hasFinalStatus(task) && { 'retry-after': String(retryAfterSeconds(task, now)) }),
    ...headers,
  });
}

/** The status of an answer to whoever has asked for something to happen to a task: 200 once it has ended, 202 before. */
export function progressStatus(task: Task): 200 | 202 {
  return hasFinalStatus(task) ? 200 : 202;
}

function retryAfterSeconds({ createdAt, startAt = createdAt }: Task, now: number): number {
  const ms = Math.max((now - createdAt) / AGES_A_LOOK, startAt - now);
  return Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, Math.ceil(ms / 1000)));
}

/** The header that tells how many seconds of `Prefer: wait` were granted (RFC 7240, 3). */
export function preferenceApplied(waitSeconds: number): { readonly 'preference-applied': string } {
  return { 'preference-applied': `wait=${waitSeconds}` };
}
