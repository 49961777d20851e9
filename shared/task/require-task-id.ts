import { TaskNotFoundError } from './errors.ts';
import { isTaskId } from './identity.ts';

/** `id`, if it has the shape of a task's id: asking the storage for any other would only cost. @throws TaskNotFoundError */
export function requireTaskId(id: string): string {
  if (!isTaskId(id)) throw new TaskNotFoundError(id);
  return id;
}
