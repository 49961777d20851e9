import { callNames, calls } from './calls.ts';
import type { CallName } from './calls.ts';
import type { HttpRequest } from './message.ts';
import { RequestProblem } from './problem.ts';
import { listed } from './request-object.ts';

/** The call that a request makes. */
export interface FoundCall {
  readonly name: CallName;
  /** The task that its path names, whatever its shape; '' where it names none. */
  readonly id: string;
}

/** What an answer quotes of a path, which may be as long as a request line. */
const SHOWN_PATH_LENGTH = 128;

const patterns = callNames.map((name) => {
  const { method, path } = calls[name];
  return { name, method, pattern: new RegExp(`^${path.replace('.', '\\.').replace('{id}', '([^/]+)')}$`) };
});

/**
 * The call that a request makes; HEAD is taken for GET, whose body is then left out by whoever answers. For OPTIONS the methods that its path
 * takes.
 * @throws RequestProblem: 404 for another path, 405 for another method.
 */
export function findCall({
  method,
  path,
}: Pick<HttpRequest, 'method' | 'path'>): FoundCall | { readonly allow: string } {
  const here = patterns.flatMap((call) => {
    const match = call.pattern.exec(path);
    return match === null ? [] : [{ ...call, id: match[1] ?? '' }];
  });
  const asked = method === 'HEAD' ? 'GET' : method;
  const found = here.find((call) => call.method === asked);
  if (found !== undefined) return { name: found.name, id: found.id };
  const shown = path.slice(0, SHOWN_PATH_LENGTH);
  if (here.length === 0) {
    throw new RequestProblem('not-found', {
      detail: `There is nothing at ${shown}; tasks are at ${calls.listTasks.path}, and ${calls.describeApi.path} describes every call.`,
    });
  }
  const methods = here.flatMap((call) => (call.method === 'GET' ? ['GET', 'HEAD'] : [call.method]));
  const allow = [...methods, 'OPTIONS'].join(', ');
  if (method === 'OPTIONS') return { allow };
  throw new RequestProblem('method-not-allowed', {
    detail: `${shown} does not take ${method.slice(0, SHOWN_PATH_LENGTH)}; it takes ${listed([...methods, 'OPTIONS'])}.`,
    headers: { allow },
  });
}
