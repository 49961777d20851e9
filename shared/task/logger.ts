/** The log key, and the member of every line about a task, that holds the task's id. */
export const contextTaskId = 'task-id';

/** Members of a log line beside its message. Never an input, output, token, key or credential. */
export type LogMembers = Readonly<Record<string, string | number | boolean>>;

/** Where lines about the service's own work go. */
export interface Logger {
  info(message: string, members?: LogMembers): void;
  warn(message: string, members?: LogMembers): void;
  error(message: string, members?: LogMembers): void;
}

/** A logger whose every line also carries `members`. */
export function withMembers(logger: Logger, members: LogMembers): Logger {
  return {
    info: (message, more) => logger.info(message, { ...members, ...more }),
    warn: (message, more) => logger.warn(message, { ...members, ...more }),
    error: (message, more) => logger.error(message, { ...members, ...more }),
  };
}
