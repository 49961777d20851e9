import type { FinalStatus, Task } from '../../shared/task/task.ts';

/** What an action does, each time it is executed. */
export const plans = ['succeed', 'fail once', 'fail', 'fail for good', 'wait', 'park'] as const;
export type Plan = (typeof plans)[number];

/** When the service of the model began, and its times; those of its action, its backoff and its clock are multiples of 500 ms. */
export const START = Date.UTC(2026, 0, 1);
export const RETENTION_MS = 100_000;
export const TIMEOUT_MS = 30_000;
/** With this in the place of chance, the backoffs are 2 and 4 seconds. */
export const FRACTION = 0.4;
const FIRST_BACKOFF_MS = 2000;
const MAX_ATTEMPTS = 3;
const LOOK_EVERY_MS = 60_000;
const MAX_QUEUE_DELAY_MS = 900_000;
const DAY_MS = 86_400_000;

type Phase =
  | { readonly is: 'due'; readonly at: number }
  | { readonly is: 'running' }
  | { readonly is: 'parked' }
  | { readonly is: 'ended'; readonly finalStatus: FinalStatus; readonly stoppedAt: number };

/** A task as it must be. */
export interface ModelTask {
  readonly plan: Plan;
  readonly createdAt: number;
  readonly startAt: number | undefined;
  readonly deadlineAt: number;
  phase: Phase;
  attempt: number;
  attemptStartedAt?: number;
  cancelRequested?: true;
  progress?: { readonly percent: number } | undefined;
  error?: { readonly code: string; readonly attempt: number } | undefined;
  output?: unknown;
  /** What a completion token ended it with. */
  completion?: string;
}

/** A new task of the model, at `now`. */
export function createModelTask(
  plan: Plan,
  now: number,
  { startAt, deadlineAt }: { readonly startAt?: number; readonly deadlineAt?: number } = {},
): ModelTask {
  const begin = startAt ?? now;
  return {
    plan,
    createdAt: now,
    startAt,
    deadlineAt: deadlineAt ?? begin + DAY_MS,
    phase: { is: 'due', at: dueAt(begin, now) },
    attempt: 0,
  };
}

/** When a task is delivered that starts at `begin`: a queue delays by whole seconds, at most 15 minutes; what is later waits for a look. */
function dueAt(begin: number, now: number): number {
  const sentAt = begin - now > MAX_QUEUE_DELAY_MS ? lookAfter(begin - MAX_QUEUE_DELAY_MS) : now;
  return sentAt + Math.ceil((begin - sentAt) / 1000) * 1000;
}

/** The first look of the clock at or after `time`. */
function lookAfter(time: number): number {
  return START + Math.ceil((time - START) / LOOK_EVERY_MS) * LOOK_EVERY_MS;
}

/** Lets everything happen to the task that happens by itself until `now`. */
export function passTime(task: ModelTask, now: number): void {
  for (let at = nextEventAt(task); at <= now; at = nextEventAt(task)) happen(task, at);
}

/** When something happens to the task by itself; never is infinite. */
export function nextEventAt(task: ModelTask): number {
  switch (task.phase.is) {
    case 'due':
      return task.phase.at;
    case 'running':
      return Math.min(timeoutAt(task), task.deadlineAt);
    case 'parked':
      return lookAfter(task.deadlineAt);
    case 'ended':
      return Number.POSITIVE_INFINITY;
  }
}

function timeoutAt({ attemptStartedAt = 0 }: ModelTask): number {
  return attemptStartedAt + TIMEOUT_MS;
}

function happen(task: ModelTask, at: number): void {
  if (task.phase.is === 'due') return beginAttempt(task, at);
  if (task.phase.is === 'running' && at === timeoutAt(task)) return failAttempt(task, at, 'timeout');
  endTask(task, at, { finalStatus: 'failed', code: 'deadline-exceeded' });
}

function beginAttempt(task: ModelTask, at: number): void {
  task.attempt += 1;
  task.attemptStartedAt = at;
  task.progress = undefined;
  task.phase = { is: task.plan === 'park' ? 'parked' : 'running' };
  if (task.plan === 'fail for good') endTask(task, at, { finalStatus: 'failed', code: 'action-failed' });
  else if (task.plan === 'fail' || (task.plan === 'fail once' && task.attempt === 1))
    failAttempt(task, at, 'action-failed');
  else if (task.plan !== 'park' && task.plan !== 'wait') succeedTask(task, at);
}

/** The attempt that is running comes to its end. */
export function succeedTask(task: ModelTask, at: number): void {
  endTask(task, at, { finalStatus: 'succeeded', output: { plan: task.plan } });
}

function failAttempt(task: ModelTask, at: number, code: string): void {
  const retryAt = at + FIRST_BACKOFF_MS * 2 ** (task.attempt - 1);
  if (task.attempt === MAX_ATTEMPTS || retryAt >= task.deadlineAt)
    return endTask(task, at, { finalStatus: 'failed', code });
  if (task.cancelRequested) return endTask(task, at, { finalStatus: 'cancelled' });
  task.phase = { is: 'due', at: retryAt };
  task.progress = undefined;
  task.error = { code, attempt: task.attempt };
}

/** The task ends. */
export function endTask(
  task: ModelTask,
  now: number,
  outcome: { readonly finalStatus: FinalStatus; readonly code?: string; readonly output?: unknown },
): void {
  const { finalStatus, code, output } = outcome;
  task.phase = { is: 'ended', finalStatus, stoppedAt: now };
  task.progress = undefined;
  task.error = code === undefined ? undefined : { code, attempt: task.attempt };
  task.output = output;
}

/** What a caller must see of the task. */
export function viewOf(task: ModelTask): object {
  const { plan, phase, completion: _completion, ...shown } = task;
  const isEnded = phase.is === 'ended';
  const isDelayed = task.attempt === 0 && task.startAt !== undefined && task.startAt > task.createdAt;
  return {
    ...shown,
    input: { plan },
    activeStatus: isEnded || isDelayed ? 'stopped' : 'started',
    finalStatus: isEnded ? phase.finalStatus : null,
    ...(isEnded && { stoppedAt: phase.stoppedAt, expiresAt: expiresAt(phase.stoppedAt) }),
  };
}

/** Whether the task is past its retention. */
export function isExpired({ phase }: ModelTask, now: number): boolean {
  return phase.is === 'ended' && expiresAt(phase.stoppedAt) <= now;
}

function expiresAt(stoppedAt: number): number {
  return Math.ceil((stoppedAt + RETENTION_MS) / 1000) * 1000;
}

/** What a caller sees of a task, its names and version aside, and of its error what programs decide on. */
export function seenOf(task: Task): object {
  const { tenant: _tenant, id: _id, action: _action, version: _version, ...shown } = task;
  const error = 'error' in task && task.error;
  return { ...shown, ...(error && { error: { code: error.code, attempt: error.attempt } }) };
}

/** The task as a caller would have it end. */
export function endedTask(task: Task, now: number, output: unknown): Task {
  const { tenant, id, action, input, attempt, createdAt, deadlineAt, version } = task;
  const members = { tenant, id, action, input, attempt, createdAt, deadlineAt, version };
  const times = { stoppedAt: now, expiresAt: now };
  return { ...members, ...times, activeStatus: 'stopped', finalStatus: 'succeeded', output };
}
