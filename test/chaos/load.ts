import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../shared/task/random.ts';
import type { Answer } from '../acceptance/http-client.ts';
import { postTask } from '../acceptance/task-calls.ts';
import { taskOf } from '../acceptance/task-view.ts';
import type { EndedTasks } from './ended-tasks.ts';
import type { KillableStack } from './killable-stack.ts';
import { sleepSeconds, wantTask, type Sleeps, type WantedTask } from './wanted-task.ts';

/** A task that was accepted over HTTP. */
export interface AcceptedTask extends WantedTask {
  readonly key: string;
  readonly id: string;
  /** A request for it was left without an answer, and its repeat found that it had made the task. */
  readonly hadNoAnswer: boolean;
}

/** Callers, and what the stack accepted from them. */
export interface Load {
  readonly tasks: readonly AcceptedTask[];
  /** Seconds of the sleeping tasks that accepted events ask for; each event's are its own. */
  readonly events: ReadonlySet<number>;
  /** The same of events whose put had no answer: they may be accepted or not. */
  readonly unansweredEvents: ReadonlySet<number>;
  /** Lets callers call without a pause, until it is stopped; resolves when all that they have begun is accepted. */
  press(callers: number): Promise<void>;
  /** Asks for so many tasks more, all at one instant. */
  burst(size: number): void;
  stop(): void;
  /** While this is true, no event is put. */
  holdsEvents: boolean;
}

/** What a load is made of. */
export interface LoadParts {
  readonly stack: KillableStack;
  readonly ended: EndedTasks;
  readonly random: Random;
  readonly sleeps: Sleeps;
  /** Gets what must not be: a request that nobody accepts, an answer that is no task. */
  readonly findings: Set<string>;
}

const RETRY_PAUSE_MS = 100;
/** A stack takes seconds to start; a request that nobody takes for so long is a fault. */
const ACCEPTED_WITHIN_MS = 180_000;
const LARGEST_BURST = 6;
const EVENT_SHARE = 0.3;
/** Between two fetches of old tasks, which would otherwise take a core for themselves. */
const FETCH_PAUSE_MS = 50;

/** Callers of a stack that dies now and then. Each repeats its request, with its idempotency key, until it is accepted. */
export function createLoad({ stack, ended, random, sleeps, findings }: LoadParts): Load {
  const tasks: AcceptedTask[] = [];
  const events = new Set<number>();
  const unansweredEvents = new Set<number>();
  const bursts: Promise<unknown>[] = [];
  let count = 0;
  const stopping = new AbortController();

  const create = async (): Promise<AcceptedTask> => {
    count += 1;
    const key = `chaos-${count}`;
    const wanted = wantTask(count, random, sleeps);
    const until = Date.now() + ACCEPTED_WITHIN_MS;
    let isRepeat = false;
    for (;;) {
      const answer = await post(stack, wanted, key);
      if (answer !== undefined && (answer.status === 202 || answer.status === 200)) {
        const isReplay = answer.headers.get('idempotency-replayed') === 'true';
        const task = { ...wanted, key, id: taskOf(answer).id, hadNoAnswer: isRepeat && isReplay };
        tasks.push(task);
        return task;
      }
      if (Date.now() > until || (answer !== undefined && answer.status < 500))
        throw new Error(`A request for ${wanted.action} was not accepted, and last got ${answer?.status}.`);
      isRepeat = true;
      await pause(RETRY_PAUSE_MS);
    }
  };
  const createMany = async (size: number) => Promise.all(Array.from({ length: size }, create));
  const putEvent = async (): Promise<void> => {
    count += 1;
    const seconds = sleepSeconds(count, random, sleeps);
    const { client } = await stack.running();
    try {
      await client.putEvent(seconds);
      events.add(seconds);
    } catch {
      unansweredEvents.add(seconds);
    }
  };

  const call = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (random.fraction() < EVENT_SHARE && !load.holdsEvents) await putEvent();
      const [task] = await createMany(1 + Math.floor(random.fraction() * LARGEST_BURST));
      const { client } = await stack.running();
      if (task !== undefined) await ended.fetch(client, task.id, 1);
    }
  };
  const fetchAgain = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const { client } = await stack.running();
      const any = tasks[Math.floor(random.fraction() * tasks.length)]?.id;
      const id = random.fraction() < 0.5 ? any : ended.pick(random.fraction());
      if (id !== undefined) await ended.fetch(client, id);
      await pause(FETCH_PAUSE_MS);
    }
  };

  const noting = (work: Promise<unknown>): Promise<unknown> =>
    work.catch((error: unknown) => findings.add(String(error)));

  const load: Load = {
    tasks,
    events,
    unansweredEvents,
    holdsEvents: false,
    async press(callers) {
      await Promise.all([...Array.from({ length: callers }, call), fetchAgain()].map(noting));
      await Promise.all(bursts);
    },
    burst(size) {
      bursts.push(noting(createMany(size)));
    },
    stop: () => stopping.abort(),
  };
  return load;
}

/** The answer, if there was one. */
async function post(stack: KillableStack, wanted: WantedTask, key: string): Promise<Answer | undefined> {
  const { client } = await stack.running();
  const headers = { 'Idempotency-Key': key };
  return postTask(client.send, wanted.action, wanted.input, headers).catch(() => undefined);
}
