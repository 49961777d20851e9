import { BACKOFF_BASE_MS, BACKOFF_CAP_MS } from './limits.ts';

/**
 * The pause before the attempt that follows attempt `attempt`: drawn from 0 up to a bound that doubles, "full jitter" of
 * https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/. `fraction` is from 0 to 1.
 */
export function backoffMs(attempt: number, fraction: number): number {
  return Math.floor(fraction * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempt - 1)));
}
