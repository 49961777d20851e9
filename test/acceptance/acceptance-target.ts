/** What the suite talks to. */
export interface AcceptanceTarget {
  /** The API's base, `http…/v1`, without a slash at its end. */
  readonly url: string;
  /** The AWS region to sign requests for, or null where the deployment takes unsigned ones. */
  readonly signRegion: string | null;
  /** Whether the deployment knows the suite's own actions beside the shipped ones. */
  readonly hasSuiteActions: boolean;
}

declare module 'vitest' {
  interface ProvidedContext {
    acceptanceTarget: AcceptanceTarget;
    /** Directory in which the kinds of answers are noted. */
    acceptanceRecords: string;
  }
}
