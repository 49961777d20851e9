import type { Action, ActionContext } from './action.ts';
import { parseJson, renderPath } from './json.ts';
import { checkOutput, outputJson } from './output.ts';
import { loadPayloads } from './payload.ts';
import { PendingCompletion } from './pending-completion.ts';
import type { TaskStorage } from './storage.ts';
import { AttemptError } from './task-error.ts';
import type { TaskRow } from './task-row.ts';
import { validate } from './validate.ts';

/** How an action ended: its output as JSON text, '' for none, or waiting for completion from outside. */
export type Executed = { readonly json: string } | PendingCompletion;

/**
 * Executes the action on the task's input. It settles at the latest
 * when the context's signal aborts, even if the action never does.
 * @throws whatever the action throws, the signal's reason, or an AttemptError.
 */
export async function executeAction(
  storage: TaskStorage,
  row: TaskRow,
  action: Action,
  context: ActionContext,
): Promise<Executed> {
  const { signal } = context;
  const stopped = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([stopped, perform(storage, row, action, context)]);
}

async function perform(
  storage: TaskStorage,
  row: TaskRow,
  action: Action,
  context: ActionContext,
): Promise<Executed> {
  const input = await validate(action.input, await readInput(storage, row));
  if ('issues' in input) {
    const rules = input.issues
      .map(({ path, message }) => `${renderPath('input', path)}: ${message}`)
      .join('; ');
    throw new AttemptError('input-rejected', `The action no longer takes this input. ${rules}`, {
      retryable: false,
    });
  }
  // Reading and parsing took their time; what is over is not begun.
  context.signal.throwIfAborted();
  const output = await action.run(input.value, context);
  if (output instanceof PendingCompletion) return output;
  if (action.output !== undefined) await checkOutput(action.output, output);
  return { json: outputJson(output) };
}

async function readInput(storage: TaskStorage, row: TaskRow): Promise<unknown> {
  try {
    return parseJson((await loadPayloads(storage, row)).input);
  } catch (cause) {
    throw new AttemptError('input-unreadable', 'The input could not be read.', { retryable: true, cause });
  }
}
