import { MAX_WAIT_SECONDS } from '../task/limits.ts';
import { invalidRequest } from './problem.ts';

/** The wait that a fetch asks for by `?wait=N`, in seconds: 0 when it asks for none, and at most 20. @throws RequestProblem for anything else in the query */
export function readWait(query: URLSearchParams): number {
  for (const parameter of query.keys()) {
    if (parameter !== 'wait')
      throw invalidRequest({ parameter, detail: 'is not a parameter of this call; it has wait' });
  }
  const values = query.getAll('wait');
  const [value] = values;
  if (value === undefined) return 0;
  if (values.length > 1 || !/^[0-9]+$/.test(value) || Number(value) < 1) {
    throw invalidRequest({
      parameter: 'wait',
      detail: `must be one whole number of seconds from 1 to ${MAX_WAIT_SECONDS}; a larger one counts as ${MAX_WAIT_SECONDS}`,
    });
  }
  return Math.min(Number(value), MAX_WAIT_SECONDS);
}
