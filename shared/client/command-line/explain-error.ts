import type { TaskClient } from '../task-client-types.ts';
import { TaskApiError, TaskNetworkError } from '../task-api-error.ts';
import type { ConnectionOptions } from './connection.ts';
import { readActions } from './read-actions.ts';

/** What to tell of an error, in a sentence or two: what, why, and the cure where one is known. */
export async function explainError(
  error: unknown,
  options: ConnectionOptions,
  client: TaskClient,
): Promise<string> {
  if (error instanceof TaskNetworkError) {
    return `${error.message} Is the API there? --url or TASK_SYSTEM_URL names it; "npm start" in a checkout of task-system starts one here.`;
  }
  if (!(error instanceof TaskApiError)) return error instanceof Error ? error.message : String(error);
  const { status, code, detail, errors, taskId } = error;
  const sentence = detail.endsWith('.') ? detail : `${detail}.`;
  const faults = errors
    .filter((fault) => !detail.includes(fault.detail))
    .map((fault) => `${fault.pointer ?? fault.parameter ?? fault.header ?? ''} ${fault.detail}`);
  const cure = taskId === undefined ? await cureFor(code, options, client) : ` The task is ${taskId}.`;
  return `${sentence} (${status} ${code})${faults.length > 0 ? ` ${faults.join('; ')}.` : ''}${cure}`;
}

async function cureFor(code: string, options: ConnectionOptions, client: TaskClient): Promise<string> {
  switch (code) {
    case 'unauthorized':
    case 'forbidden':
      return credentialsHint(options);
    case 'action-not-found':
      return actionsHint(client);
    case 'task-not-found':
      return ' "task-system list" shows the tasks there are; an ended one is kept for some days.';
    default:
      return '';
  }
}

function credentialsHint({ authorization, sign }: ConnectionOptions): string {
  if (sign !== undefined) {
    return ` Check the credentials and the region ${sign}: their principal needs execute-api:Invoke on this API.`;
  }
  if (authorization !== undefined) return ' Check the value of --authorization or TASK_SYSTEM_AUTHORIZATION.';
  return ' No credentials were sent: use --sign REGION for an API with IAM authorization, --authorization "Bearer …" for one with tokens.';
}

/** It names the actions there are, if the API tells. */
async function actionsHint(client: TaskClient): Promise<string> {
  try {
    const actions = await readActions(client);
    return actions.length === 0 ? '' : ` There are: ${actions.map(({ action }) => action).join(', ')}.`;
  } catch {
    return '';
  }
}
