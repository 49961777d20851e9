import { MAX_WAIT_SECONDS } from '../task/limits.ts';

/** `wait` with its value, among preferences that commas part; parameters of it after a semicolon do not matter. */
const WAIT = /(?:^|,)\s*wait\s*=\s*"?(\d+)"?\s*(?:;[^,]*)?(?=,|$)/i;

/**
 * The seconds that `Prefer: wait=N` asks for (RFC 7240, 4.3), at most 20; undefined when it asks for none. As the RFC has it, what
 * is not understood is ignored, and of two the first counts.
 */
export function readPreferredWait(header: string): number | undefined {
  const seconds = Math.min(Number(WAIT.exec(header)?.[1] ?? 0), MAX_WAIT_SECONDS);
  return seconds === 0 ? undefined : seconds;
}
