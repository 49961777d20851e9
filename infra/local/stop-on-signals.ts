/** Where signals come from, and what they do. */
export interface SignalParts {
  readonly signals: {
    on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  };
  /** Milliseconds, from any beginning. */
  readonly nowMs: () => number;
  readonly stop: () => void;
  readonly kill: () => void;
}

/** One Ctrl-C may come twice: the terminal signals the whole group, npm among it, which passes it on once more. */
const ONE_WISH_MS = 1000;

/** Calls `stop` at the first SIGINT or SIGTERM, and `kill` at any that comes more than a second after that one. */
export function stopOnSignals({ signals, nowMs, stop, kill }: SignalParts): void {
  let firstAt: number | undefined;
  const take = (): void => {
    if (firstAt === undefined) {
      firstAt = nowMs();
      stop();
    } else if (nowMs() - firstAt > ONE_WISH_MS) {
      kill();
    }
  };
  signals.on('SIGINT', take);
  signals.on('SIGTERM', take);
}
