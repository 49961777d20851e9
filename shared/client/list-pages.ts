import type { ActiveStatus, FinalStatus } from '../task/task.ts';
import type { ListedTask } from './api-task.ts';
import { readBody } from './read-task.ts';
import type { Send } from './transport.ts';

/** The most tasks that one page has. */
const MAX_PAGE = 100;

/** Which tasks to list. */
export interface ListOptions {
  readonly finalStatus?: FinalStatus | undefined;
  readonly activeStatus?: ActiveStatus | undefined;
  readonly action?: string | undefined;
  /** The most tasks to give in all, at least 1. @default all there are */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** All tasks of all pages, each page fetched when it is needed; one that is empty is passed over while another follows. */
export async function* listPages(
  send: Send,
  { limit = Infinity, signal, ...filters }: ListOptions,
): AsyncGenerator<ListedTask, void, undefined> {
  let cursor: string | undefined;
  let left = limit;
  do {
    const query = new URLSearchParams();
    const parameters = { ...filters, limit: String(Math.min(left, MAX_PAGE)), cursor };
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) query.set(name, value);
    }
    const { json } = await send({ method: 'GET', path: `/tasks?${query.toString()}`, signal });
    const page = readBody(json, isPage, 'a list of tasks');
    for (const task of page.tasks.slice(0, left)) yield task;
    left -= page.tasks.length;
    cursor = page.nextCursor;
  } while (cursor !== undefined && left > 0);
}

interface Page {
  readonly tasks: readonly ListedTask[];
  readonly nextCursor?: string;
}

function isPage(json: object): json is Page {
  return 'tasks' in json && Array.isArray(json.tasks);
}
