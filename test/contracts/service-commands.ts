import fc from 'fast-check';
import type { Task } from '../../shared/task/task.ts';
import { createModelTask, endedTask, endTask, plans, succeedTask, viewOf } from './service-model.ts';
import type { ModelTask, Plan } from './service-model.ts';
import {
  expectAnswer,
  expectInTime,
  expectShown,
  expectState,
  expectTasks,
  presentTask,
  comeToRest,
  sameTask,
} from './service-run.ts';
import type { ServiceRun } from './service-run.ts';
import type { ServiceWorld, Token } from './service-world.ts';

export type ServiceCommand = fc.AsyncCommand<ServiceRun, ServiceWorld>;

/** A command after which the world comes to rest. */
function command(name: string, run: ServiceCommand['run']): ServiceCommand {
  return {
    check: () => true,
    async run(model, world) {
      await run(model, world);
      await comeToRest(model, world);
    },
    toString: () => name,
  };
}

/** One of what there is by then, counted from the newest. */
const anyPick = fc.constantFrom(0, 0, 0, 1, 2, 5);
const nameOf = (back: number) => (back === 0 ? 'the newest' : `the newest but ${back}`);
const pick = <Item>(items: Iterable<Item>, back: number) => [...items].toReversed()[back];

/** A command about a task with an id that there was. */
function onId(name: string, about: (run: ServiceRun, world: ServiceWorld, id: string) => Promise<void>) {
  return anyPick.map((back) =>
    command(`${name} ${nameOf(back)}`, async (run, world) => {
      const id = pick(run.tasks.keys(), back);
      if (id !== undefined) await about(run, world, id);
    }),
  );
}

/** A command about a task as it was shown at some time. */
function onShown(name: string, about: (run: ServiceRun, world: ServiceWorld, shown: Task) => Promise<void>) {
  return anyPick.map((back) =>
    command(`${name} ${nameOf(back)}`, async (run, world) => {
      const shown = pick(run.shown, back);
      if (shown !== undefined) await about(run, world, shown);
    }),
  );
}

/** Those that stay open for others to meet come more often. */
const anyPlan = fc.constantFrom<Plan>(...plans, 'wait', 'park');
/** In how long it starts: by the queue, or later than a queue can delay it. */
const anyDelay = fc.constantFrom(0, 0, 0, 0, 0, 0, 10_500, 1_000_000);
/** After which it has to have ended: in the third attempt that waits, before the second, in the first, or in a day. */
const anySpan = fc.constantFrom(75_500, 31_500, 20_500, 86_400_000);

const anyCreate = fc.tuple(anyPlan, anyDelay, anySpan).map(([plan, delay, span]) =>
  command(`create "${plan}" in ${delay} ms for ${span} ms`, async (run, { service, action, clock }) => {
    const startAt = clock.now() + delay;
    const times = { startAt, deadlineAt: startAt + span };
    const task = createModelTask(plan, clock.now(), times);
    const created = await service.create(action, { plan }, times);
    run.tasks.set(created.id, task);
    expectShown(run, created, [viewOf(task)]);
  }),
);

const idempotencyKey = 'k';

const anyKeyedCreate = fc.constantFrom<Plan>('wait', 'succeed', 'park').map((plan) =>
  command(`create "${plan}" with the key`, async (run, world) => {
    const { service, action, clock } = world;
    const present = run.keyed === undefined ? undefined : presentTask(run, run.keyed, clock.now());
    const asked = service.create(action, { plan }, { idempotencyKey });
    if (present !== undefined) {
      await expectAnswer(run, asked, present.plan === plan ? present : 'IdempotencyKeyReusedError');
      return expectTasks(run, world);
    }
    const task = createModelTask(plan, clock.now());
    const created = await asked;
    run.keyed = created.id;
    // The newest again, where an older one has expired.
    run.tasks.delete(created.id);
    run.tasks.set(created.id, task);
    expectShown(run, created, [viewOf(task)]);
  }),
);

const anyFetch = onId('fetchState', (run, { service, clock }, id) =>
  expectState(run, service, id, clock.now()),
);

const anyWait = fc.tuple(anyPick, fc.constantFrom(0, 1001, 33_003)).map(([back, timeoutMs]) =>
  command(`waitForFinalStatus ${nameOf(back)} for ${timeoutMs} ms`, async (run, { service, clock }) => {
    const id = pick(run.tasks.keys(), back);
    if (id === undefined) return;
    const began = clock.now();
    const waiting = service.waitForFinalStatus(id, { timeoutMs });
    if (presentTask(run, id, began) === undefined) return expectAnswer(run, waiting, 'TaskNotFoundError');
    const shown = await clock.advanceUntil(waiting);
    expectInTime(run, shown, { began, now: clock.now(), timeoutMs });
    await clock.advance(0);
  }),
);

/** Ends an open task of the model, as somebody outside asks. */
function endFromOutside(
  task: ModelTask | undefined,
  now: number,
  outcome: Parameters<typeof endTask>[2],
): void {
  if (task !== undefined && task.phase.is !== 'ended') endTask(task, now, outcome);
}

const anyMark = onShown('markAsSucceeded', async (run, { service, clock }, shown) => {
  const task = sameTask(run, shown, clock.now());
  endFromOutside(task, clock.now(), { finalStatus: 'succeeded', output: 'marked' });
  await expectAnswer(run, service.markAsSucceeded(shown, 'marked'), task ?? 'TaskNotFoundError');
});

const anyMarkFailed = onShown('markAsFailedWithError', async (run, { service, clock }, shown) => {
  const task = sameTask(run, shown, clock.now());
  endFromOutside(task, clock.now(), { finalStatus: 'failed', code: 'E_MARK' });
  const error = Object.assign(new Error('marked'), { code: 'E_MARK' });
  await expectAnswer(run, service.markAsFailedWithError(shown, error), task ?? 'TaskNotFoundError');
});

const anyPersist = fc.tuple(anyPick, fc.constantFrom('as it is', 'progress', 'ended')).map(([back, change]) =>
  command(`persistState ${change} ${nameOf(back)}`, async (run, { service, clock }) => {
    const shown = pick(run.shown, back);
    const now = clock.now();
    const present = shown && presentTask(run, shown.id, now);
    if (shown === undefined || present === undefined) return;
    const { version } = await service.fetchState(shown.id);
    const isFresh = present === sameTask(run, shown, now) && version === shown.version;
    const state = { ...shown };
    if (isFresh && present.phase.is !== 'ended') {
      if (change === 'progress') present.progress = { percent: 7 };
      if (change === 'ended') endTask(present, now, { finalStatus: 'succeeded', output: 'persisted' });
    }
    await expectAnswer(run, service.persistState(changed(state, change, now)), present);
  }),
);

function changed(task: Task, change: string, now: number): Task {
  if (task.finalStatus !== null || change === 'as it is') return task;
  return change === 'progress' ? { ...task, progress: { percent: 7 } } : endedTask(task, now, 'persisted');
}

const anyCancel = onId('cancel', async (run, { service, clock }, id) => {
  const task = presentTask(run, id, clock.now());
  const cancelling = service.cancel(id);
  if (task === undefined) return expectAnswer(run, cancelling, 'TaskNotFoundError');
  if (task.phase.is === 'ended' && task.phase.finalStatus !== 'cancelled')
    return expectAnswer(run, cancelling, 'TaskAlreadyFinalError');
  if (task.phase.is === 'running') task.cancelRequested = true;
  else endFromOutside(task, clock.now(), { finalStatus: 'cancelled' });
  await expectAnswer(run, cancelling, task);
});

/** The task of a token, or the name of the error that its holder gets. */
function taskOfToken(run: ServiceRun, { id, attempt, startedAt }: Token, now: number): ModelTask | string {
  const task = presentTask(run, id, now);
  if (task === undefined) return 'CompletionTokenInvalidError';
  const isNewest = task.attempt === attempt && task.attemptStartedAt === startedAt;
  return isNewest ? task : 'CompletionTokenStaleError';
}

const anyCompletion = fc
  .tuple(anyPick, fc.constantFrom('succeed', 'fail'), fc.constantFrom('x', 'y'))
  .map(([back, verb, body]) =>
    command(`${verb} ${nameOf(back)} with ${body}`, async (run, { service, clock, tokens }) => {
      const token = pick(tokens, back);
      if (token === undefined) return;
      const task = taskOfToken(run, token, clock.now());
      const completion = `${verb} ${body}`;
      const asked = verb === 'succeed' ? service.succeed(token.text, body) : service.fail(token.text, body);
      if (typeof task === 'string') return expectAnswer(run, asked, task);
      if (task.phase.is === 'ended')
        return expectAnswer(run, asked, task.completion === completion ? task : 'TaskAlreadyFinalError');
      task.completion = completion;
      if (verb === 'succeed') endTask(task, clock.now(), { finalStatus: 'succeeded', output: body });
      else endTask(task, clock.now(), { finalStatus: 'failed', code: 'action-failed' });
      await expectAnswer(run, asked, task);
    }),
  );

const anyHeartbeat = anyPick.map((back) =>
  command(`heartbeat ${nameOf(back)}`, async (run, { service, clock, tokens }) => {
    const token = pick(tokens, back);
    if (token === undefined) return;
    const task = taskOfToken(run, token, clock.now());
    const asked = service.heartbeat(token.text, { percent: 50 });
    if (typeof task === 'string') return expectAnswer(run, asked, task);
    if (task.phase.is === 'ended') return expectAnswer(run, asked, 'TaskAlreadyFinalError');
    task.progress = { percent: 50 };
    await expectAnswer(run, asked, task);
  }),
);

const anyOpening = onId('open the gate of', async (run, { clock, gates }, id) => {
  const task = run.tasks.get(id);
  if (task?.phase.is === 'running') succeedTask(task, clock.now());
  gates.get(id)?.();
});

const anyPassing = fc
  .constantFrom(500, 2000, 30_000, 30_000, 60_000, 101_000, 101_000)
  .map((ms) => command(`${ms} ms pass`, (_run, { clock }) => clock.advance(ms)));

/** What may be asked of a service, in a row. */
export const anyServiceCommands = fc.commands<ServiceRun, ServiceWorld, false>(
  [
    fc.oneof(
      { weight: 4, arbitrary: anyCreate },
      { weight: 3, arbitrary: anyKeyedCreate },
      { weight: 3, arbitrary: fc.oneof(anyFetch, anyWait) },
      { weight: 4, arbitrary: anyPassing },
      { weight: 2, arbitrary: anyOpening },
      { weight: 3, arbitrary: fc.oneof(anyMark, anyMarkFailed, anyPersist) },
      { weight: 3, arbitrary: anyCancel },
      { weight: 4, arbitrary: fc.oneof(anyCompletion, anyHeartbeat) },
    ),
  ],
  { maxCommands: 20, size: 'max' },
);
