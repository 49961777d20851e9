import { expect } from 'vitest';
import type { TaskService } from '../../shared/index.ts';
import type { Task } from '../../shared/task/task.ts';
import { hasFinalStatus } from '../../shared/task/task.ts';
import { isExpired, nextEventAt, passTime, seenOf, succeedTask, viewOf } from './service-model.ts';
import type { ModelTask } from './service-model.ts';
import type { ServiceWorld } from './service-world.ts';

/** What a run of commands knows: the tasks as they must be, and those that callers were shown. */
export interface ServiceRun {
  /** By id, the newest task with it. */
  readonly tasks: Map<string, ModelTask>;
  /** The id of the task with the idempotency key. */
  keyed: string | undefined;
  /** Every task that was returned, in order. */
  readonly shown: Task[];
}

/** A run in which nothing was asked yet. */
export function createServiceRun(): ServiceRun {
  return { tasks: new Map(), keyed: undefined, shown: [] };
}

/** The task that is there under an id at `now`. */
export function presentTask(run: ServiceRun, id: string, now: number): ModelTask | undefined {
  const task = run.tasks.get(id);
  return task === undefined || isExpired(task, now) ? undefined : task;
}

/** The task whose owner looks at `shown`: the same one, not another that has its id by now. */
export function sameTask(run: ServiceRun, shown: Task, now: number): ModelTask | undefined {
  const task = presentTask(run, shown.id, now);
  return task?.createdAt === shown.createdAt ? task : undefined;
}

/** `ask` is answered with `task` as the model has it, or refused with the error that has this name. */
export async function expectAnswer(
  run: ServiceRun,
  ask: Promise<Task>,
  expected: ModelTask | string,
): Promise<void> {
  const answer = await ask.catch((error: unknown) => error);
  if (typeof expected === 'string') return expect(answer).toMatchObject({ name: expected });
  if (answer instanceof Error) throw answer;
  expectShown(run, await ask, [viewOf(expected)]);
}

/** A caller is shown one of `views`, and nothing that was shown before was wrong. */
export function expectShown(run: ServiceRun, task: Task, views: readonly object[]): void {
  expect(views).toContainEqual(seenOf(task));
  const before = run.shown.findLast(({ id, createdAt }) => id === task.id && createdAt === task.createdAt);
  run.shown.push(task);
  if (before === undefined) return;
  if (hasFinalStatus(before)) expect(task).toEqual(before);
  expect(task.attempt).toBeGreaterThanOrEqual(before.attempt);
  expect(task.version).toBeGreaterThanOrEqual(before.version);
  if (task.version === before.version) expect(task).toEqual(before);
}

/** A wait that began at `began` has returned in time: at once when the task had ended, else at its bound. */
export function expectInTime(
  run: ServiceRun,
  shown: Task,
  { began, now, timeoutMs }: { readonly began: number; readonly now: number; readonly timeoutMs: number },
): void {
  const task = sameTask(run, shown, now);
  expect(now - began).toBeLessThanOrEqual(timeoutMs);
  if (!hasFinalStatus(shown)) expect(now - began).toBe(timeoutMs);
  if (task === undefined) throw new Error('a wait has outlived its task');
  // What happens at this very moment may have been seen, or not yet.
  passTime(task, now - 1);
  const before = viewOf(task);
  passTime(task, now);
  expectShown(run, shown, [before, viewOf(task)]);
}

/** Lets the world come to rest, and the model with it. */
export async function comeToRest(run: ServiceRun, { clock, settle }: ServiceWorld): Promise<void> {
  await settle();
  for (const task of run.tasks.values()) passTime(task, clock.now());
}

/** Every task is as it must be. */
export async function expectTasks(run: ServiceRun, { service, clock }: ServiceWorld): Promise<void> {
  for (const id of run.tasks.keys()) await expectState(run, service, id, clock.now());
}

/** The task with this id is as it must be. */
export async function expectState(
  run: ServiceRun,
  service: TaskService,
  id: string,
  now: number,
): Promise<void> {
  await expectAnswer(run, service.fetchState(id), presentTask(run, id, now) ?? 'TaskNotFoundError');
}

/** Opens every gate, completes what is parked, and lets the time pass: every task ends, as it must. */
export async function expectAllEnd(run: ServiceRun, world: ServiceWorld): Promise<void> {
  const { service, clock, gates, tokens } = world;
  for (;;) {
    for (const [id, task] of run.tasks) {
      if (task.phase.is === 'running') gates.get(id)?.();
      if (task.phase.is === 'running' || task.phase.is === 'parked') succeedTask(task, clock.now());
      const token = tokens.findLast((other) => other.id === id);
      if (task.plan === 'park' && token !== undefined)
        await service.succeed(token.text, { plan: task.plan }).catch(() => undefined);
    }
    await comeToRest(run, world);
    await expectTasks(run, world);
    const next = Math.min(...[...run.tasks.values()].map(nextEventAt));
    if (next === Number.POSITIVE_INFINITY) return;
    await clock.advance(next - clock.now());
    await comeToRest(run, world);
  }
}
