/** Time, as everything here sees it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms` milliseconds, or as soon as `signal` aborts; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** As `sleep`, but keeps no process alive. */
  idle(ms: number, signal?: AbortSignal): Promise<void>;
}
