import { setTimeout as pause } from 'node:timers/promises';
import type { TaskView } from '../acceptance/task-view.ts';
import { postTask } from '../acceptance/task-calls.ts';
import { secondsOf, type Ends } from './await-ends.ts';
import type { EndedTasks } from './ended-tasks.ts';
import type { KillableStack } from './killable-stack.ts';
import type { Death } from './kills.ts';
import type { AcceptedTask, Load } from './load.ts';
import { eventIdsOf, type StackClient } from './stack-client.ts';
import { slept, type WantedTask } from './wanted-task.ts';

/** What checking needs. */
export interface CheckEndsParts {
  readonly stack: KillableStack;
  readonly load: Load;
  readonly ended: EndedTasks;
  readonly deaths: readonly Death[];
  readonly findings: Set<string>;
}

/** What is no fault, and worth a figure. */
export interface EndFigures {
  /** Tasks whose workers died in each of their attempts. */
  readonly exhausted: number;
  /** Messages of the task queue that dead workers had received; they come back after its visibility timeout, and find their tasks ended. */
  readonly hiddenMessages: number;
}

const CALLS_AT_ONCE = 8;
/** Lambda brings a batch of the table's stream again within a minute, as long as its function dies. */
const TOLD_WITHIN_MS = 90_000;
const LOOK_PAUSE_MS = 250;

/** Holds every end against what its action must lead to, and looks for what is there and should not be; adds what is wrong to `findings`. */
export async function checkEnds(parts: CheckEndsParts, ends: Ends): Promise<EndFigures> {
  const { stack, load, ended, deaths, findings } = parts;
  const { client } = await stack.running();
  const wanted = wantedById(load, ends, findings);
  let exhausted = 0;
  await forEachAtOnce([...wanted], async ([id, want]) => {
    const task = await ended.fetch(client, id);
    if (task === undefined) findings.add(`The ended task ${id} was not answered.`);
    else if (isExhausted(task, want, deaths)) exhausted += 1;
    else if (!want.hasRightEnd(task)) findings.add(`It ended wrong: ${JSON.stringify(task)}`);
  });
  await forEachAtOnce(load.tasks, (task) => checkRepeat(client, task, findings));
  await checkEvents(stack.dataDirectory, wanted, findings);
  const { waiting, hidden } = await client.countMessages('TasksQueue');
  if (waiting > 0) findings.add(`${waiting} messages wait in the task queue.`);
  for (const queue of ['DeadLetterQueue', 'UnsentEventQueue', 'RefusedEventQueue']) {
    const count = await client.countMessages(queue);
    if (count.waiting + count.hidden > 0)
      findings.add(`The ${queue} holds ${count.waiting + count.hidden} messages.`);
  }
  return { exhausted, hiddenMessages: hidden };
}

/** Whose row is whose. A row that nobody asked for, or a second one for one event, is a finding. */
function wantedById(load: Load, { rows }: Ends, findings: Set<string>): ReadonlyMap<string, WantedTask> {
  const wanted = new Map<string, WantedTask>();
  for (const task of load.tasks) {
    if (wanted.has(task.id)) findings.add(`Two keys have the task ${task.id}.`);
    wanted.set(task.id, task);
  }
  const events = new Set([...load.events, ...load.unansweredEvents]);
  for (const row of rows) {
    if (wanted.has(row.id)) continue;
    const seconds = secondsOf(row);
    if (seconds === undefined || !events.delete(seconds))
      findings.add(`Nobody asked for this task, or it is there twice: ${JSON.stringify(row)}`);
    else wanted.set(row.id, slept(seconds));
  }
  return wanted;
}

/** Whether it has used its attempts up, and something that may have held the last of them died in it. */
function isExhausted(task: TaskView, { maxAttempts }: WantedTask, deaths: readonly Death[]): boolean {
  const [from, until] = [Date.parse(task.attemptStartedAt ?? ''), Date.parse(task.stoppedAt ?? '')];
  return (
    task.finalStatus === 'failed' &&
    task.error?.code === 'attempts-exhausted' &&
    task.attempt === maxAttempts &&
    deaths.some(({ kind, at }) => (kind === 'worker' || kind === 'stack') && at >= from && at <= until)
  );
}

async function checkRepeat(client: StackClient, task: AcceptedTask, findings: Set<string>): Promise<void> {
  const { action, input, key, id } = task;
  const answer = await postTask(client.send, action, input, { 'Idempotency-Key': key });
  const location = answer.headers.get('location') ?? '';
  if (answer.status !== 200 || !location.endsWith(`/${id}`))
    findings.add(`The key ${key} of the ended task ${id} was answered with ${answer.status}, ${location}.`);
}

async function checkEvents(
  dataDirectory: string,
  wanted: ReadonlyMap<string, WantedTask>,
  findings: Set<string>,
): Promise<void> {
  const until = Date.now() + TOLD_WITHIN_MS;
  let told = eventIdsOf(dataDirectory);
  while ([...wanted.keys()].some((id) => !told.has(id)) && Date.now() < until) {
    await pause(LOOK_PAUSE_MS);
    told = eventIdsOf(dataDirectory);
  }
  for (const id of wanted.keys()) {
    const count = told.get(id)?.size ?? 0;
    if (count !== 1) findings.add(`The end of ${id} was told by events of ${count} ids, not of one.`);
  }
  for (const id of told.keys())
    if (!wanted.has(id)) findings.add(`An event tells of ${id}, which nobody knows.`);
}

async function forEachAtOnce<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
}
