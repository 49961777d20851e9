import type { Action } from '../../shared/task/action.ts';
import { createRegistry } from '../../shared/task/registry.ts';
import { createMemoryDeadEvents } from './memory-dead-events.ts';
import { createWorkerWorld } from './worker-world.ts';

/** A worker's world, and parts for every function of ours in which each use of the storage or the queue is noted. */
export function createWatchedWorld(action?: Action) {
  const world = createWorkerWorld();
  const touched: string[] = [];
  const watched = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get: (of, name): unknown => {
        touched.push(String(name));
        return Reflect.get(of, name);
      },
    });
  const queue = watched(world.queue);
  return {
    ...world,
    /** The methods that were used. */
    touched,
    parts: {
      ...world.dependencies(action),
      storage: watched(world.storage),
      queue,
      deadLetters: queue,
      refusedEvents: watched(createMemoryDeadEvents()),
      registry: createRegistry(action === undefined ? [] : [action]),
      waitSleepMs: 50,
      random: world.random,
    },
  };
}
