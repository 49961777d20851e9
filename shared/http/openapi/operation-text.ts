import type { ProblemCode } from '../problem.ts';
import type { HeaderName } from './response-headers.ts';

/** A successful answer. */
export interface Success {
  readonly description: string;
  /** The component that its body is; undefined where it has none. */
  readonly body?: string;
  /** Headers that it always has. */
  readonly always?: readonly HeaderName[];
  /** Headers that it may have. */
  readonly sometimes?: readonly HeaderName[];
}

/** What people are told of a call beside what a request of it looks like. */
export interface OperationText {
  readonly tag: 'tasks' | 'completion' | 'service';
  readonly summary: string;
  /** What is promised, then what surprises. */
  readonly description: string;
  /** Whether anybody may make the call, whatever the deployment's authorizer. */
  readonly isOpenToAll?: true;
  /** By status. */
  readonly successes: Readonly<Record<number, Success>>;
  /** Problems beside those that follow from its parts: a request that is not valid, a body that is not taken, a failure of the service. */
  readonly problems: readonly ProblemCode[];
  /** By status: answers in JSON that are neither a success nor a problem, and the component that each is. */
  readonly others?: Readonly<Record<number, Success>>;
}
