/** Something that happened, as a bus carries it. */
export interface BusEvent {
  /** What rules match: for example `task succeeded`. */
  readonly type: string;
  /** When it happened, in milliseconds since 1970. */
  readonly time: number;
  /** A JSON object. */
  readonly detail: string;
}

/**
 * What became of an event that was put on a bus: the bus has it; it may take it later (it was busy, or failed); or it never
 * will, and says why.
 */
export type PutOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'failed' | 'refused'; readonly code: string; readonly message: string };

/** Carries events to whoever has a rule that matches them. */
export interface EventBus {
  /**
   * Puts events on the bus, and tells of each, in their order, what became of it. It never rejects: when the bus cannot be
   * reached, every outcome is a failure.
   */
  put(events: readonly BusEvent[]): Promise<readonly PutOutcome[]>;
}
