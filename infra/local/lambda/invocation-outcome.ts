/** The function failed: it threw, ran out of time or memory, or its process ended. */
export interface FunctionError {
  readonly kind: 'function-error';
  /** An error's name, or one of Lambda's: `Runtime.ExitError`, `Sandbox.Timedout`. */
  readonly errorType: string;
  readonly errorMessage: string;
}

/** The handler returned. */
interface FunctionAnswer {
  readonly kind: 'answered';
  /** What it returned, as JSON. */
  readonly output: string;
}

/** How an invocation ended. */
export type InvocationOutcome = (FunctionAnswer | FunctionError) & {
  /** What the function's log calls the invocation; absent where nothing was invoked. */
  readonly requestId?: string;
};

/** An outcome of a function that failed. */
export function functionError(errorType: string, errorMessage: string): FunctionError {
  return { kind: 'function-error', errorType, errorMessage };
}
