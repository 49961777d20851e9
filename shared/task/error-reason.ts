import { UnreadableRowError } from './errors.ts';

/**
 * Why something failed, for a line of the log: the names of an error and of its causes, since messages of the SDK may quote a
 * request. What is wrong with a row is told in full: it names no value.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof UnreadableRowError) return `${error.name}: ${error.message}`;
  if (!(error instanceof Error)) return typeof error;
  return error.cause instanceof Error ? `${error.name}: ${reasonOf(error.cause)}` : error.name;
}
