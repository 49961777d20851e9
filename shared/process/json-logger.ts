import type { Logger, LogMembers } from '../task/logger.ts';

/** Writes each line as one JSON object `{ level, message, … }`, as CloudWatch Logs Insights reads it. */
export function createJsonLogger(write: (line: string) => void): Logger {
  const log = (level: string) => (message: string, members?: LogMembers) => {
    write(JSON.stringify({ level, message, ...members }));
  };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}

/** Logs to this process's standard output. */
export const stdoutLogger = createJsonLogger((line) => {
  process.stdout.write(`${line}\n`);
});
