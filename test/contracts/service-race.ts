import fc from 'fast-check';
import { expect } from 'vitest';
import type { TaskStorage } from '../../shared/task/storage.ts';
import { hasFinalStatus } from '../../shared/task/task.ts';
import type { Task } from '../../shared/task/task.ts';
import { aroundStorage } from '../fakes/around-storage.ts';
import { endedTask } from './service-model.ts';
import { createServiceWorld } from './service-world.ts';
import type { ServiceWorld, Token } from './service-world.ts';

/** What somebody asks about a task whose newest attempt has this token; what comes of it bears the name `by`. */
type Ask = (world: ServiceWorld, shown: Task, token: Token, by: string) => Promise<Task>;

const asks = {
  fetchState: ({ service }, { id }) => service.fetchState(id),
  cancel: ({ service }, { id }) => service.cancel(id),
  succeed: ({ service }, _shown, { text }, by) => service.succeed(text, by),
  fail: ({ service }, _shown, { text }, by) => service.fail(text, by),
  heartbeat: ({ service }, _shown, { text }) => service.heartbeat(text, { percent: 50 }),
  markAsSucceeded: ({ service }, shown, _token, by) => service.markAsSucceeded(shown, by),
  markAsFailedWithError: ({ service }, shown, _token, by) => service.markAsFailedWithError(shown, by),
  persistState: ({ service, clock }, shown, _token, by) =>
    service.persistState(endedTask(shown, clock.now(), by)),
  'open the gate': ({ service, gates }, { id }) => {
    gates.get(id)?.();
    return service.fetchState(id);
  },
} as const satisfies Record<string, Ask>;

type AskName = keyof typeof asks;
const askNames: readonly AskName[] = [
  'fetchState',
  'cancel',
  'succeed',
  'fail',
  'heartbeat',
  'markAsSucceeded',
  'markAsFailedWithError',
  'persistState',
  'open the gate',
];

/** These leave an open task to nobody. */
const endings: ReadonlySet<AskName> = new Set([
  'succeed',
  'fail',
  'markAsSucceeded',
  'markAsFailedWithError',
]);

/** What several ask at once about one task. */
export const anyAsks = fc.array(fc.constantFrom(...askNames), { minLength: 2, maxLength: 5 });

/** Several creates with one key. */
export const anyTwins = fc.array(fc.constantFrom<'wait' | 'succeed'>('wait', 'succeed'), {
  minLength: 2,
  maxLength: 4,
});

/** An answer, and who asked for what. */
interface Answer {
  readonly name: AskName;
  readonly by: string;
  readonly answer: Task | Error;
}

/** All ask at once about a task that runs, or is parked: whoever wins, all are told of the same end, and nobody of another. */
export async function expectOneEnd(
  opened: TaskStorage,
  scheduler: fc.Scheduler,
  plan: 'wait' | 'park',
  names: readonly AskName[],
): Promise<void> {
  const { world, race } = createRacingWorld(opened, scheduler);
  const { id } = await world.service.create(world.action, { plan });
  await world.settle();
  const shown = await world.service.fetchState(id);
  const [token] = world.tokens;
  if (token === undefined) throw new Error('no attempt has begun');
  const answers = await race(
    names.map((name, index) => async (): Promise<Answer> => {
      const by = `${name} ${index}`;
      return { name, by, answer: await asks[name](world, shown, token, by).catch(errorOf) };
    }),
  );
  const end = await endOf(world, id);
  for (const answer of answers) expectTrue(answer, end);
  world.service.stop();
}

/** All create with one key at once: they get one task, executed once, or are refused because they asked for another one. */
export async function expectOneTask(
  opened: TaskStorage,
  scheduler: fc.Scheduler,
  twins: readonly ('wait' | 'succeed')[],
): Promise<void> {
  const { world, race } = createRacingWorld(opened, scheduler);
  const { service, action } = world;
  const answers = await race(
    twins.map((plan) => async () => {
      const answer = await service.create(action, { plan }, { idempotencyKey: 'k' }).catch(errorOf);
      return { plan, answer };
    }),
  );
  const [winner] = answers.flatMap(({ answer }) => (answer instanceof Error ? [] : [answer]));
  if (winner === undefined) throw new Error('nobody got a task');
  const end = await endOf(world, winner.id);
  for (const { plan, answer } of answers) {
    if (plan === winner.input.plan)
      expect(answer).toMatchObject({ id: end.id, createdAt: end.createdAt, input: end.input });
    else expect(answer).toMatchObject({ name: 'IdempotencyKeyReusedError' });
  }
  expect(world.tokens).toHaveLength(1);
  service.stop();
}

/** What somebody was told is true of how the task ended. */
function expectTrue({ name, by, answer }: Answer, end: Task): void {
  const isMine = JSON.stringify(end).includes(JSON.stringify(by));
  if (!(answer instanceof Error)) {
    if (hasFinalStatus(answer)) return expect(answer).toEqual(end);
    expect(endings.has(name)).toBe(false);
    expect(answer.version).toBeLessThan(end.version);
    if (name === 'cancel') expect(answer.cancelRequested).toBe(true);
    return expect(isMine).toBe(false);
  }
  expect(['cancel', 'succeed', 'fail', 'heartbeat']).toContain(name);
  expect(answer.name).toBe('TaskAlreadyFinalError');
  expect(isMine).toBe(false);
  if (name === 'cancel') expect(end.finalStatus).not.toBe('cancelled');
}

/** A world whose storage, while a race is on, answers everybody, the worker too, in an order of `scheduler`: all begin at once. */
function createRacingWorld(opened: TaskStorage, scheduler: fc.Scheduler) {
  let isOn = false;
  const world = createServiceWorld(
    aroundStorage(opened, async (call, name) => {
      const answer = await call();
      if (isOn) await scheduler.schedule(Promise.resolve(), name);
      return answer;
    }),
  );
  return {
    world,
    /** Begins all at once, and lets the storage's calls go on until all of them have ended, and what follows from them. */
    race: async <Result>(runners: readonly (() => Promise<Result>)[]): Promise<readonly Result[]> => {
      isOn = true;
      const results = await scheduler.waitFor(Promise.all(runners.map((run) => run())));
      await scheduler.waitIdle();
      isOn = false;
      await world.settle();
      return results;
    },
  };
}

/** How the task ends when it is completed, and the time passes; it stays as it is then. */
async function endOf({ service, clock, gates, tokens, settle }: ServiceWorld, id: string): Promise<Task> {
  gates.get(id)?.();
  await settle();
  for (const { text } of tokens) await service.succeed(text).catch(errorOf);
  const end = await service.fetchState(id);
  expect(hasFinalStatus(end)).toBe(true);
  await clock.advance(60_000);
  expect(await service.fetchState(id)).toEqual(end);
  return end;
}

function errorOf(error: unknown): Error {
  if (error instanceof Error) return error;
  throw new TypeError('something was thrown that is no error');
}
