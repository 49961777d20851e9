/** Why an event could not be dealt with. */
export interface EventFault {
  /** One word for machines: `input-rejected`, `MalformedDetail` … */
  readonly code: string;
  /** A sentence for people. It quotes nothing of the event. */
  readonly message: string;
}

/** Keeps events that could not be dealt with, for people to look at and to send again. */
export interface DeadEventQueue {
  /** Keeps `body`, the event's JSON, with what is wrong with it. Rejects with an `UnavailableError` when it cannot. */
  keep(body: string, fault: EventFault): Promise<void>;
}
