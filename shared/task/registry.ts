import type { Action } from './action.ts';

/** Finds actions by their name. */
export type Registry = ReadonlyMap<string, Action>;

/**
 * The actions of a list by their names.
 * @throws TypeError when two have one name.
 */
export function createRegistry(actions: readonly Action[]): Registry {
  const registry = new Map<string, Action>();
  for (const action of actions) {
    if (registry.has(action.name)) {
      throw new TypeError(`Two actions are called ${action.name}; give each a name of its own.`);
    }
    registry.set(action.name, action);
  }
  return registry;
}
