import { cancelTask } from '../../shared/task/cancel-task.ts';
import { failTask, heartbeatTask, succeedTask } from '../../shared/task/complete-task.ts';
import { readCompletionToken } from '../../shared/task/completion-token.ts';
import {
  CompletionTokenInvalidError,
  CompletionTokenStaleError,
  isTaskNotFound,
  TaskAlreadyFinalError,
  UnavailableError,
} from '../../shared/task/errors.ts';
import { fetchTask } from '../../shared/task/fetch-task.ts';
import { claimIdOf } from '../../shared/task/identity.ts';
import { markAsFailedWithError, markAsSucceeded } from '../../shared/task/mark-task.ts';
import { persistState } from '../../shared/task/persist-state.ts';
import { hasCancelledStatus } from '../../shared/task/task.ts';
import type { Task, TaskKey } from '../../shared/task/task.ts';
import { invoke } from './invoke.ts';
import type { Role, SimProcess } from './sim-process.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const TIMEOUT_MS = 29_000;

/** Lets people cancel and mark tasks, and programs that know a task's id alone look for it, at random moments before the faults stop. */
export function startOutsiders(world: World): void {
  const { engine, chance, faults, table } = world;
  if (faults.mood === 'calm') return;
  const begin = engine.now();
  const acts = chance.between(0, 8);
  for (let index = 0; index < acts; index += 1) {
    engine.at(begin + chance.between(0, faults.calmFrom - begin), () => {
      const keys = table.keys();
      const key = keys[chance.between(0, keys.length - 1)] ?? {
        tenant: 'default',
        id: chance.random.hex(16),
      };
      world.recorder.watch(chance.pick([cancel, cancel, cancel, mark, persist, spy])(world, key));
    });
  }
}

/** An attempt has begun, and somebody may want its task cancelled before it ends. */
export function meddle(world: World, taskId: string): void {
  const { engine, chance, faults, table } = world;
  const key = table.keys().find(({ id }) => id === taskId);
  const isLikely = chance.happens(faults.mood === 'parking' ? 0.6 : 0.2);
  if (faults.mood === 'calm' || key === undefined || !isLikely) return;
  const at = engine.now() + chance.pick([chance.between(0, 2000), chance.between(5000, 60_000)]);
  engine.at(at, () => world.recorder.watch(cancel(world, key)));
}

/** Somebody outside got a completion token, and uses it, also too late, twice, or against another one. */
export function useToken(world: World, token: string): void {
  const { engine, chance } = world;
  const uses = chance.between(1, 3);
  for (let index = 0; index < uses; index += 1) {
    const after = chance.pick([
      chance.between(0, 2000),
      chance.between(0, MINUTE_MS),
      chance.between(0, 30 * MINUTE_MS),
    ]);
    use(engine.now() + after);
    // Two at once.
    if (chance.happens(0.3)) use(engine.now() + after + chance.between(0, 20));
  }

  function use(at: number): void {
    engine.at(at, () => world.recorder.watch(chance.pick([succeed, succeed, fail, beat])(world, token)));
  }
}

/** Errors that are answers. */
function isAnswer(error: unknown): boolean {
  return (
    isTaskNotFound(error) ||
    error instanceof TaskAlreadyFinalError ||
    error instanceof CompletionTokenInvalidError ||
    error instanceof CompletionTokenStaleError ||
    error instanceof UnavailableError
  );
}

/** What became of an act: whether it was done, the error if not, and whether it has changed a row. */
interface Act {
  readonly done: boolean;
  readonly error?: unknown;
  readonly wrote: boolean;
}

/** Does something in a process of its own. */
async function act(
  world: World,
  role: Role,
  work: (ports: ReturnType<typeof portsOf>, process: SimProcess) => Promise<unknown>,
): Promise<Act> {
  let name = '';
  const invocation = await invoke(world, role, TIMEOUT_MS, (process) => {
    ({ name } = process);
    return work(portsOf(world, process), process);
  });
  const wrote = world.writers.has(name);
  if (invocation.kind !== 'threw') return { done: invocation.kind === 'answered', wrote };
  if (!isAnswer(invocation.error)) throw invocation.error;
  return { done: false, error: invocation.error, wrote };
}

function portsOf({ table, retentionMs }: World, process: SimProcess) {
  const { clock, random } = process;
  const findAction = () => undefined;
  return { storage: table.storageFor(process), clock, random, retentionMs, findAction };
}

async function cancel(world: World, key: TaskKey): Promise<void> {
  let answer: Task | undefined;
  await act(world, 'cancel', async (ports) => {
    answer = await cancelTask(ports, key);
  });
  const isHeard = answer === undefined || hasCancelledStatus(answer) || answer.cancelRequested === true;
  world.recorder.check('I4', isHeard, key.id, () => 'a cancel was answered that changes nothing');
}

async function mark(world: World, key: TaskKey): Promise<void> {
  const output = { marked: world.chance.random.hex(4), padding: 'x'.repeat(world.chance.pick([0, 2000])) };
  await act(world, 'mark', async (ports, process) => {
    world.watcher.intents.set(process.name, JSON.stringify(output));
    const task = await fetchTask(ports, key);
    return world.chance.happens(0.5)
      ? markAsSucceeded(ports, task, output)
      : markAsFailedWithError(ports, task, new Error('marked'));
  });
}

async function persist(world: World, key: TaskKey): Promise<void> {
  await act(world, 'mark', async (ports) => {
    const task = await fetchTask(ports, key);
    return task.finalStatus === null ? persistState(ports, { ...task, progress: { percent: 7 } }) : task;
  });
}

/** Another tenant asks for a task by its id. */
async function spy(world: World, { id }: TaskKey): Promise<void> {
  const { done } = await act(world, 'status', (ports) => fetchTask(ports, { tenant: 'nobody', id }));
  world.recorder.check('I9', !done, id, () => 'another tenant has read a task');
}

async function succeed(world: World, token: string): Promise<void> {
  const output = {
    by: 'outside',
    mark: world.chance.random.hex(4),
    padding: 'x'.repeat(world.chance.pick([0, 2000])),
  };
  await completeTwice(world, token, JSON.stringify(output), (ports) => succeedTask(ports, token, output));
}

async function fail(world: World, token: string): Promise<void> {
  const error = new Error('failed outside');
  await completeTwice(world, token, undefined, (ports) => failTask(ports, token, error));
}

async function beat(world: World, token: string): Promise<void> {
  await complete(world, token, undefined, (ports) => heartbeatTask(ports, token, { percent: 60 }));
}

type Completing = (ports: ReturnType<typeof portsOf>) => Promise<unknown>;

function complete(world: World, token: string, output: string | undefined, work: Completing) {
  return act(world, 'complete', (ports, process) => {
    process.claims.add(claimIdOf(readCompletionToken(token)?.secret ?? ''));
    if (output !== undefined) world.watcher.intents.set(process.name, output);
    return work(ports);
  });
}

/** Completes, and when that is accepted, completes once more: it is accepted again, and nothing is written. */
async function completeTwice(
  world: World,
  token: string,
  output: string | undefined,
  work: Completing,
): Promise<void> {
  const { done } = await complete(world, token, output, work);
  if (!done) return;
  const { key: { id } = { id: '' }, secret = '' } = readCompletionToken(token) ?? {};
  const claimId = claimIdOf(secret);
  const final = [...world.watcher.tasks.values()].find((task) => task.final?.row.claimId === claimId)?.final;
  const isStored =
    final?.status === (output === undefined ? 'failed' : 'succeeded') && final.output === output;
  world.recorder.check('I13', isStored, id, () => 'a completion was accepted that is not what is stored');
  const { error, wrote } = await complete(world, token, output, work);
  const isConflict = error instanceof TaskAlreadyFinalError;
  world.recorder.check('I13', !isConflict, id, () => 'a repeated completion was refused');
  world.recorder.check('I13', !wrote, id, () => 'a repeated completion wrote something');
}
