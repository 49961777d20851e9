import type { Task } from '../task/task.ts';

/** The path of a task. */
export function taskPath(id: string): string {
  return `/v1/tasks/${id}`;
}

/** The members of a task in the order in which the API shows them. */
const members = [
  'id',
  'action',
  'activeStatus',
  'finalStatus',
  'attempt',
  'createdAt',
  'startAt',
  'attemptStartedAt',
  'stoppedAt',
  'deadlineAt',
  'expiresAt',
  'progress',
  'cancelRequested',
  'retryOf',
  'input',
  'output',
  'error',
] as const;

/** A task as the API shows it: camelCase, times in RFC 3339 UTC, members without a value left out; `finalStatus` is null until the task ends. */
export function representTask(task: Task): Readonly<Record<string, unknown>> {
  return representMembers(task);
}

function representMembers(task: object): Readonly<Record<string, unknown>> {
  const values: Readonly<Record<string, unknown>> = { ...task };
  return Object.fromEntries(
    members.filter((name) => name in values).map((name) => [name, represent(name, values[name])]),
  );
}

/** The same without input and output, as lists show tasks: either may have 256 KiB. */
export function representListedTask(task: object): Readonly<Record<string, unknown>> {
  const { input: _input, output: _output, ...listed } = representMembers(task);
  return listed;
}

function represent(name: string, value: unknown): unknown {
  return name.endsWith('At') && typeof value === 'number' ? new Date(value).toISOString() : value;
}
