import type { Task } from '../task/task.ts';

/** The path of a task. */
export function taskPath(id: string): string {
  return `/v1/tasks/${id}`;
}

/** A task as the API shows it: camelCase, times in RFC 3339 UTC, members that have no value left out; `finalStatus` is null until the task ends. */
export function representTask(task: Task): Readonly<Record<string, unknown>> {
  const { tenant: _tenant, version: _version, ...members } = task;
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name,
      name.endsWith('At') && typeof value === 'number' ? new Date(value).toISOString() : value,
    ]),
  );
}
