import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../../infra/local/listen-on-loopback.ts';
import { imitatedDescription } from './imitated-description.ts';

/** A task as the imitation keeps it. */
export type ImitatedTask = Record<string, unknown> & { readonly id: string; finalStatus: string | null };

/** What goes wrong with one request: an answer instead of the API's, or none, with or without the effect. */
export type ApiFault =
  | 'lost request'
  | 'lost answer'
  | 'no answer'
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | object;
    };

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

/** The HTTP API on this machine, with faults. It never waits: a wait asks `onWait` what becomes of the task, and answers at once. */
export class ImitatedApi {
  readonly requests: SeenRequest[] = [];
  readonly tasks = new Map<string, ImitatedTask>();
  /** By default a task of `sleep` succeeds, one of `csv-profile` fails, and others go on. */
  onWait: (task: ImitatedTask, seconds: number) => void = endByAction;
  /** Pages before each other one that have no task. */
  emptyPages = 0;
  url = '';
  readonly #faults: ApiFault[] = [];
  readonly #idOfKey = new Map<string, string>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  static async start(): Promise<ImitatedApi> {
    const api = new ImitatedApi();
    api.url = `http://127.0.0.1:${await listenOnLoopback(api.#server, 0)}/v1`;
    return api;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** Has the next requests go wrong, one each. */
  fail(...faults: readonly ApiFault[]): void {
    this.#faults.push(...faults);
  }

  /** Adds a task as if it had been created. */
  add(members: Readonly<Record<string, unknown>> = {}): ImitatedTask {
    const id = randomBytes(16).toString('hex');
    const times = { createdAt: '2026-01-01T00:00:00.000Z', deadlineAt: '2026-01-02T00:00:00.000Z' };
    const task = { id, action: 'sleep', activeStatus: 'started', attempt: 0, ...times, ...members };
    const whole = { finalStatus: null, ...task };
    this.tasks.set(id, whole);
    return whole;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const seen = { method, path: url, headers, body: await text(request) };
    this.requests.push(seen);
    const fault = this.#faults.shift();
    if (fault === 'lost request') return void request.socket.destroy();
    if (fault === 'no answer') return;
    if (typeof fault === 'object') return write(response, { body: {}, ...fault });
    const answer = this.#answer(seen);
    if (fault === 'lost answer') request.socket.destroy();
    else write(response, answer);
  }

  #answer({ method, path, headers, body }: SeenRequest): Answer {
    const { pathname, searchParams } = new URL(path, 'http://localhost');
    const [, , collection, id = '', verb] = pathname.split('/');
    const seconds = Number(
      searchParams.get('wait') ?? /wait=(\d+)/.exec(String(headers['prefer']))?.[1] ?? 0,
    );
    if (pathname === '/v1/openapi.json') return { status: 200, body: imitatedDescription };
    if (collection !== 'tasks') return problem(404, 'not-found', 'There is nothing at this path.');
    if (id === '') {
      return method === 'POST'
        ? this.#create(JSON.parse(body), String(headers['idempotency-key']), seconds)
        : this.#list(searchParams);
    }
    const task = this.tasks.get(id);
    if (task === undefined) return problem(404, 'task-not-found', `There is no task ${id}.`);
    switch (verb) {
      case undefined:
        return this.#shown(task, seconds, 200);
      case 'cancel':
        if (task.finalStatus !== null && task.finalStatus !== 'cancelled') {
          return problem(409, 'task-already-final', `Task ${id} has ended as ${task.finalStatus}.`);
        }
        endTask(task, { finalStatus: 'cancelled' });
        return this.#shown(task, 0, 200);
      case 'retry': {
        const key = `retry of ${id}`;
        return this.#create({ action: task['action'], input: task['input'], retryOf: id }, key, seconds);
      }
      case 'succeed':
      case 'fail':
        endTask(task, { finalStatus: verb === 'fail' ? 'failed' : 'succeeded', ...JSON.parse(body || '{}') });
        return this.#shown(task, 0, 200);
      default:
        Object.assign(task, JSON.parse(body));
        return this.#shown(task, 0, 200);
    }
  }

  #create(request: Record<string, unknown>, key: string, seconds: number): Answer {
    if (!['sleep', 'csv-profile', 'approve'].includes(String(request['action']))) {
      return problem(404, 'action-not-found', `There is no action ${JSON.stringify(request['action'])}.`);
    }
    const known = this.tasks.get(this.#idOfKey.get(key) ?? '');
    const task = known ?? this.add(request);
    this.#idOfKey.set(key, task.id);
    return this.#shown(task, seconds, 202);
  }

  #shown(task: ImitatedTask, seconds: number, openStatus: number): Answer {
    if (seconds > 0 && task.finalStatus === null) this.onWait(task, seconds);
    const isOpen = task.finalStatus === null;
    return {
      status: isOpen ? openStatus : 200,
      headers: isOpen ? { 'retry-after': '1' } : {},
      body: task,
    };
  }

  #list(query: URLSearchParams): Answer {
    const [skipped = 0, begun = 0] = (query.get('cursor') ?? '0,0').split(',').map(Number);
    const filters = ['finalStatus', 'activeStatus', 'action'].filter((name) => query.has(name));
    const all = [...this.tasks.values()].filter((task) =>
      filters.every((name) => task[name] === query.get(name)),
    );
    const isEmpty = skipped < this.emptyPages;
    const end = isEmpty ? begun : begun + Number(query.get('limit'));
    const tasks = all.slice(begun, end).map(withoutPayloads);
    const nextCursor = `${isEmpty ? skipped + 1 : 0},${end}`;
    return { status: 200, body: { tasks, ...(end < all.length && { nextCursor }) } };
  }
}

function withoutPayloads(task: ImitatedTask): object {
  return Object.fromEntries(Object.entries(task).filter(([name]) => name !== 'input' && name !== 'output'));
}

/** Ends a task of the imitation. */
export function endTask(task: ImitatedTask, end: Readonly<Record<string, unknown>>): void {
  const times = { stoppedAt: '2026-01-01T00:00:05.000Z', expiresAt: '2026-01-08T00:00:05.000Z' };
  Object.assign(task, { activeStatus: 'stopped', attempt: 1, ...times, ...end });
}

function endByAction(task: ImitatedTask): void {
  const error = { name: 'Error', code: 'csv-malformed', retryable: false, attempt: 1 };
  if (task['action'] === 'sleep') endTask(task, { finalStatus: 'succeeded', output: { seconds: 0 } });
  if (task['action'] === 'csv-profile') {
    endTask(task, { finalStatus: 'failed', error: { ...error, message: 'A quote \u001b[31mnever closes.' } });
  }
}

function problem(status: number, code: string, detail: string): Answer {
  const headers = { 'content-type': 'application/problem+json' };
  return { status, headers, body: { type: `urn:task-system:${code}`, title: '', status, detail } };
}

function write(
  response: ServerResponse,
  { status, headers, body }: { status: number; headers?: object; body: string | object },
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
