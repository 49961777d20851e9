/**
 * Thrown by an action to end its task as failed at once: another attempt would not help.
 * `code` is stored with the error, for programs to decide on.
 */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError';
  readonly code: string | undefined;

  constructor(message: string, options?: { readonly code?: string; readonly cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = options?.code;
  }
}
