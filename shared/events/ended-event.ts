import { representTask } from '../http/representation.ts';
import type { BusEvent } from '../task/event-bus.ts';
import { taskOf } from '../task/fetch-task.ts';
import { eventIdOf } from '../task/identity.ts';
import { MAX_EVENT_OUTPUT_BYTES } from '../task/limits.ts';
import type { TaskStorage } from '../task/storage.ts';
import type { TaskRow } from '../task/task-row.ts';
import type { FinalStatus } from '../task/task.ts';
import { bytesOf } from '../task/utf8.ts';

/** An ended task's row. */
export interface EndedRow extends TaskRow {
  readonly finalStatus: FinalStatus;
}

/** What the event of an ended task is made with. */
export interface EndedEventDependencies {
  readonly storage: Pick<TaskStorage, 'getPayloads'>;
  /** CloudEvents' `source`, a URI that names this task system among others. */
  readonly source: string;
  /** Where tasks are fetched, down to the version: `https://…/v1`. */
  readonly apiUrl: string;
}

const MAX_INTEGER = 2 ** 63;

/** Whether a row is one of an ended task. */
export function isEnded(row: TaskRow): row is EndedRow {
  return row.finalStatus !== undefined;
}

/**
 * The event that tells of a task's end, of type `task succeeded`, `task failed` or `task cancelled`. Its detail is a CloudEvent
 * 1.0 (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md) whose `data` is the task as the API
 * shows it, without the input. An output above 64 KiB of JSON, or with an integer beyond 64 bits, is left
 * out as well, and `outputUrl` is where to fetch it.
 * Made again for the same end it is the same event, with the same id.
 * @throws UnavailableError when an output that has a row of its own cannot be read.
 */
export async function endedEvent(
  { storage, source, apiUrl }: EndedEventDependencies,
  row: EndedRow,
): Promise<BusEvent> {
  const { id, tenant, finalStatus, stoppedAt = 0 } = row;
  const output = await readOutput(storage, row);
  const shown = output !== undefined && bytesOf(output) <= MAX_EVENT_OUTPUT_BYTES && fitsEventBridge(output);
  const isElsewhere = row.output !== undefined && !shown;
  const task = taskOf(row, { input: '', output: shown ? output : undefined });
  const cloudEvent = {
    specversion: '1.0',
    id: eventIdOf(row),
    source,
    type: `task-system.task.${finalStatus}`,
    subject: id,
    time: new Date(stoppedAt).toISOString(),
    tenant,
    datacontenttype: 'application/json',
    data: { ...representTask(task), ...(isElsewhere && { outputUrl: `${apiUrl}/tasks/${id}` }) },
  };
  return { type: `task ${finalStatus}`, time: stoppedAt, detail: JSON.stringify(cloudEvent) };
}

/** EventBridge takes integers of 64 bits only, and refuses the whole event for a larger one. */
function fitsEventBridge(json: string): boolean {
  let fits = true;
  JSON.parse(json, (_name, value: unknown) => {
    if (typeof value === 'number' && Math.abs(value) >= MAX_INTEGER && Number.isInteger(value)) fits = false;
    return value;
  });
  return fits;
}

/** The output's JSON text. A row of its own that is gone, deleted by hand, is no reason to tell nothing of the end. */
async function readOutput(
  storage: Pick<TaskStorage, 'getPayloads'>,
  row: TaskRow,
): Promise<string | undefined> {
  if (row.output === undefined) return undefined;
  if ('json' in row.output) return row.output.json;
  return (await storage.getPayloads(row, [row.output.ref])).get(row.output.ref);
}
