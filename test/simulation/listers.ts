import { UnavailableError } from '../../shared/task/errors.ts';
import type { ListScope } from '../../shared/task/list-cursor.ts';
import { listTasks } from '../../shared/task/list-tasks.ts';
import { finalStatuses } from '../../shared/task/task.ts';
import { pause } from './callers.ts';
import { invoke } from './invoke.ts';
import { actionSettings } from './sim-actions.ts';
import { watchList } from './watch-list.ts';
import type { World } from './world.ts';

const TIMEOUT_MS = 29_000;
/** More pages than the tasks of a world can fill, and as many empty ones. */
const MOST_PAGES = 100;

/** Lets tenants list their tasks with all kinds of filters, at random moments before the faults stop. */
export function startListers(world: World): void {
  const { engine, chance, faults } = world;
  const begin = engine.now();
  const lists = chance.pick([0, 0, 1, 2]);
  for (let index = 0; index < lists; index += 1) {
    engine.at(begin + chance.between(0, faults.calmFrom - begin), () =>
      world.recorder.watch(walk(world, drawScope(world))),
    );
  }
}

/** A task of the tenant has ended, and somebody may list its tasks while the indexes have not heard of that yet. */
export function listSoon(world: World, tenant: string): void {
  const { engine, chance, faults } = world;
  if (faults.mood === 'calm' || !chance.happens(0.2)) return;
  const at = engine.now() + chance.between(0, 10_000);
  engine.at(at, () => world.recorder.watch(walk(world, { ...drawScope(world), tenant })));
}

/** Lets every tenant list all of its tasks, once all is well. */
export function walkAtEnd(world: World): void {
  for (const tenant of ['default', 'other', 'nobody']) world.recorder.watch(walk(world, { tenant }));
}

function drawScope({ chance }: World): ListScope {
  return {
    tenant: chance.pick(['default', 'default', 'other', 'nobody']),
    finalStatus: chance.happens(0.3) ? finalStatuses[chance.between(0, 2)] : undefined,
    activeStatus: chance.pick([undefined, undefined, undefined, 'started', 'stopped']),
    action: chance.happens(0.2) ? chance.pick(actionSettings).name : undefined,
  };
}

/** Follows the cursors of a list, faster or slower, until it ends or a page is not answered. */
async function walk(world: World, scope: ListScope): Promise<void> {
  const { engine, chance, table, recorder } = world;
  const watched = watchList(world, scope);
  const pauseMs = chance.pick([0, 100, 60_000]);
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const limit = chance.between(1, 4);
    const askedAt = engine.now();
    const query = { ...scope, limit, cursor };
    const invocation = await invoke(world, 'status', TIMEOUT_MS, (process) => {
      const { clock, logger } = process;
      return listTasks({ storage: table.storageFor(process), clock, logger }, query);
    });
    if (invocation.kind === 'threw' && !(invocation.error instanceof UnavailableError))
      throw invocation.error;
    if (invocation.kind !== 'answered') return;
    const { tasks, nextCursor } = invocation.value;
    watched.onPage(tasks, limit, askedAt);
    if (nextCursor === undefined) return watched.onEnd();
    cursor = nextCursor;
    await pause(world, chance.between(0, pauseMs));
  }
  recorder.check('I19', false, '', () => `a list did not end within ${MOST_PAGES} pages`);
}
