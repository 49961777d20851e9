import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { TaskRow } from '../task/task-row.ts';
import { readRow } from './read-row.ts';
import { TASK_SORT_KEY } from './row-attributes.ts';

/**
 * The task row in the new image of a record of the table's stream; nothing when the record is of a payload row.
 * @throws Error when the image is not one of a task row; it names the attribute, never its value.
 */
export function readStreamImage(image: unknown): TaskRow | undefined {
  if (!isImage(image)) throw new TypeError('A stream record has an image that is no object.');
  const item = unmarshall(image);
  return item['sk'] === TASK_SORT_KEY ? readRow(item) : undefined;
}

/** Whether it can be unmarshalled, which itself refuses values of no type. */
function isImage(image: unknown): image is Record<string, AttributeValue> {
  return typeof image === 'object' && image !== null;
}
