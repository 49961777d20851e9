import type { Clock } from '../task/clock.ts';
import { UnavailableError } from '../task/errors.ts';

/** What an answer keeps of its Lambda's time: to read the task, and to be sent. */
export const ANSWER_MARGIN_MS = 2000;

/** What `work` gives, or an UnavailableError when it takes longer: a storage that stalls must not cost the caller our answer. */
export async function inTime<Value>(clock: Clock, ms: number, work: Promise<Value>): Promise<Value> {
  const done = new AbortController();
  const timeIsUp = async (): Promise<never> => {
    await clock.sleep(ms, done.signal);
    throw new UnavailableError('storage', { cause: new Error('it did not answer in time') });
  };
  try {
    return await Promise.race([work, timeIsUp()]);
  } finally {
    done.abort();
  }
}
