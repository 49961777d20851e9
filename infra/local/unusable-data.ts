import { DirectoryInUseError } from './directory-lock.ts';

/**
 * What to tell when a data directory cannot be made, or its data not be opened: one sentence with the reason and the cure. An error
 * that says who uses the directory has its own cure, and stays as it is.
 */
export function unusableData(directory: string, error: unknown): unknown {
  if (error instanceof DirectoryInUseError) return error;
  return new Error(
    `The data directory ${directory} cannot be used (${reason(error)}): delete it, name another one with --data, or start with --memory.`,
    { cause: error },
  );
}

/** The innermost cause's words: databases wrap what the system says. On one line, whatever they are. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reason(error.cause) : error.message.replaceAll(/\s*\n\s*/g, ' ');
}
