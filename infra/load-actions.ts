import { relative } from 'node:path';
import { ConfigurationError } from './configuration-error.ts';
import { loadBundle } from './load-bundle.ts';

/** What the synth knows of an action. */
export interface LoadedAction {
  readonly name: string;
  /** The time of one attempt, in milliseconds. */
  readonly timeoutMs: number;
  readonly maxAttempts: number;
}

/**
 * Loads a bundled registry and reads what its actions say about themselves. The registry's own code runs in this process, once;
 * no action does.
 * @param registry path of the source, for the errors.
 * @throws ConfigurationError when loading throws, or when `actions` is not an array of actions made by `defineAction`.
 */
export function loadActions(registry: string, bundleFile: string): readonly LoadedAction[] {
  const source = relative(process.cwd(), registry);
  const exported: unknown = load(source, bundleFile);
  const actions = memberOf(exported, 'actions');
  if (!Array.isArray(actions)) {
    throw new ConfigurationError(
      `${source} exports ${describe(actions)} as actions; export an array of actions, such as: export const actions = [myAction];`,
    );
  }
  return actions.map((action: unknown, index) => readAction(source, action, index));
}

function load(source: string, bundleFile: string): unknown {
  try {
    return loadBundle(bundleFile);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1).join('') : String(error);
    throw new ConfigurationError(
      /\.run(\.[jt]s)?'/.test(reason)
        ? `${source} imports a .run file when it is loaded (${reason}); import it inside the action's run: const { run } = await import('./x.run.ts').`
        : `${source} cannot be loaded: ${reason.replace(/\.$/, '')}; correct it, and synthesize again.`,
      { cause: error },
    );
  }
}

function readAction(source: string, action: unknown, index: number): LoadedAction {
  const name = memberOf(action, 'name');
  const timeoutMs = memberOf(action, 'timeoutMs');
  const maxAttempts = memberOf(memberOf(action, 'retry'), 'maxAttempts');
  const run = memberOf(action, 'run');
  const label = typeof name === 'string' ? `actions[${index}] (${name})` : `actions[${index}]`;
  if (
    typeof name !== 'string' ||
    typeof timeoutMs !== 'number' ||
    typeof maxAttempts !== 'number' ||
    typeof run !== 'function'
  ) {
    throw new ConfigurationError(
      `${source}: ${label} is ${describe(action)} without the name, timeoutMs, retry and run of an action; make it with defineAction.`,
    );
  }
  return { name, timeoutMs, maxAttempts };
}

function memberOf(value: unknown, member: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, member) : undefined;
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
