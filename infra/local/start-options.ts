import { parseArgs } from 'node:util';

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly port: number;
  /** Absent: everything is kept in memory. */
  readonly dataDirectory: string | undefined;
  /** The file that lists the actions. */
  readonly actions: string;
  readonly help: boolean;
}

/** How `npm start` is used. */
export const USAGE = `Usage: npm start -- [options]
  --port N        port of 127.0.0.1 for the HTTP API; 0 picks a free one (default 3000)
  --data DIR      where tasks, messages and logs are kept (default .local)
  --memory        keep nothing: tasks and messages are gone when it stops
  --actions FILE  the registry of actions (default functions/actions/registry.ts)
  --help          print this`;

const MAX_PORT = 65_535;

/**
 * The options on a command line.
 *
 * @throws Error with one sentence for an unknown option, a missing, empty or superfluous value, or a port that is none.
 */
export function parseStartOptions(commandLine: readonly string[]): StartOptions {
  const { values } = parseArgs({
    args: [...commandLine],
    options: {
      port: { type: 'string', default: '3000' },
      data: { type: 'string', default: '.local' },
      memory: { type: 'boolean', default: false },
      actions: { type: 'string', default: 'functions/actions/registry.ts' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.data === '') {
    throw new Error('--data is empty: name a directory, or start with --memory.');
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > MAX_PORT) {
    throw new Error(`--port ${values.port} is no port: name one from 1 to ${MAX_PORT}, or 0 for a free one.`);
  }
  return {
    port,
    dataDirectory: values.memory ? undefined : values.data,
    actions: values.actions,
    help: values.help,
  };
}
