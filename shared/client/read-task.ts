import type { ApiTask } from './api-task.ts';
import { TaskApiError } from './task-api-error.ts';

/** The body of an answer, as `isBody` knows it. @throws TaskApiError when the answer is none of this API; `wanted` names what it lacks */
export function readBody<Body>(
  json: object,
  isBody: (json: object) => json is object & Body,
  wanted: string,
): Body {
  if (isBody(json)) return json;
  const detail = `The answer has not ${wanted}, as this API's would: check the URL, whose path ends in /v1.`;
  throw new TaskApiError({ status: 200, code: 'unexpected-answer', detail });
}

/** The task that an answer holds. @throws TaskApiError when the answer is none of this API */
export function readTask(json: object): ApiTask {
  return readBody(json, isTask, 'a task');
}

/** Whether an answer holds a task; what else a task has is the API's word. */
export function isTask(json: object): json is ApiTask {
  return 'id' in json && typeof json.id === 'string' && 'activeStatus' in json && 'finalStatus' in json;
}
