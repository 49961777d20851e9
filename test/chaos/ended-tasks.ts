import { taskOf, type TaskView } from '../acceptance/task-view.ts';
import type { StackClient } from './stack-client.ts';

/** Fetches tasks over HTTP, and remembers how each looked when it was first seen ended. */
export interface EndedTasks {
  /**
   * The task, or nothing when the stack gave no answer. What must never be seen is a finding: an accepted task that is not there, and an
   * ended one that looks different later.
   */
  fetch(client: StackClient, id: string, waitSeconds?: number): Promise<TaskView | undefined>;
  /** One of those that were seen ended, chosen by a fraction from 0 to 1. */
  pick(fraction: number): string | undefined;
  readonly count: number;
}

/** Watches over ends that must not change; adds to `findings` where one has. */
export function watchEndedTasks(findings: Set<string>): EndedTasks {
  const ids: string[] = [];
  const views = new Map<string, string>();
  const note = (task: TaskView): void => {
    const view = JSON.stringify(task);
    const first = views.get(task.id);
    if (first !== undefined && first !== view)
      findings.add(`The ended task ${task.id} has changed from ${first} to ${view}.`);
    if (first !== undefined || task.finalStatus === null) return;
    views.set(task.id, view);
    ids.push(task.id);
  };
  return {
    async fetch(client, id, waitSeconds) {
      const query = waitSeconds === undefined ? '' : `?wait=${waitSeconds}`;
      const answer = await client.send('GET', `/tasks/${id}${query}`).catch(() => undefined);
      if (answer === undefined || answer.status >= 500) return undefined;
      if (answer.status !== 200) {
        findings.add(`The accepted task ${id} was answered with ${answer.status}.`);
        return undefined;
      }
      const task = taskOf(answer);
      note(task);
      return task;
    },
    pick: (fraction) => ids[Math.floor(fraction * ids.length)],
    get count() {
      return ids.length;
    },
  };
}
