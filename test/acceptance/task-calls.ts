import type { Answer, Send } from './http-client.ts';
import { taskOf, type TaskView } from './task-view.ts';

/** The content type of every valid request with a body. */
export const JSON_TYPE = { 'Content-Type': 'application/json' };

/** 20 s each: a cold worker, two backoffs of up to 5 and 10 s, and a slow machine fit. */
const MAX_WAITS = 5;

/** Asks for a new task, and gives the answer whatever it is. */
export function postTask(
  send: Send,
  action: string,
  input: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return send('POST', '/tasks', {
    body: JSON.stringify({ action, input }),
    headers: { ...JSON_TYPE, ...headers },
  });
}

/**
 * Starts a task.
 * @throws Error when the answer is not 202.
 */
export async function startTask(send: Send, action: string, input: unknown): Promise<TaskView> {
  const answer = await postTask(send, action, input);
  if (answer.status === 202) return taskOf(answer);
  throw new Error(`Starting ${action}: status ${answer.status}, ${JSON.stringify(answer.json)}`);
}

/**
 * The task with its final status, waited for.
 * @throws Error when it has none after 100 s.
 */
export async function finalTask(send: Send, id: string): Promise<TaskView> {
  let task: TaskView | undefined;
  for (let waits = 0; waits < MAX_WAITS; waits += 1) {
    task = taskOf(await send('GET', `/tasks/${id}?wait=20`));
    if (task.finalStatus !== null) return task;
  }
  throw new Error(`No final status after ${MAX_WAITS * 20} s: ${JSON.stringify(task)}`);
}

/** Starts a task and waits for its final status. */
export async function runToTheEnd(send: Send, action: string, input: unknown): Promise<TaskView> {
  return finalTask(send, (await startTask(send, action, input)).id);
}
