/** The first pause before a request is sent again, doubled for each further one. */
const BASE_MS = 500;
const CAP_MS = 20_000;
/** The API asks for 30 s at most; a gateway that asks for an hour gets another try, or an error, sooner. */
const MAX_RETRY_AFTER_MS = 30_000;

/**
 * The pause after try number `tries`, from 1: full jitter below a bound that doubles, on top of what the answer asked for. `fraction` is
 * from 0 to 1.
 */
export function retryPauseMs(tries: number, fraction: number, retryAfterMs = 0): number {
  return retryAfterMs + Math.floor(fraction * Math.min(CAP_MS, BASE_MS * 2 ** (tries - 1)));
}

/** The header Retry-After in milliseconds, at most 30 s; undefined where there is none. It is whole seconds or a date (RFC 9110, 10.2.3). */
export function readRetryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS);
}
