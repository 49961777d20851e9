import { connectToStack, type StackClient } from './stack-client.ts';
import { startStackProcess, type StackProcess } from './stack-process.ts';

/** The process of a stack, and a client of it. Another start has other ports, so both are good for one start only. */
interface RunningStack {
  readonly process: StackProcess;
  readonly client: StackClient;
}

/** A stack that is started again on the same data after each death. */
export interface KillableStack {
  readonly dataDirectory: string;
  /** The stack as it runs now; between death and the next start it waits for that. */
  running(): Promise<RunningStack>;
  /** Kills the stack, runs `between` while all is dead, and starts it again. */
  restart(between?: () => void): Promise<void>;
}

/** Starts a stack on a data directory; when `signal` aborts it is killed, and not started again. */
export async function startKillableStack(dataDirectory: string, signal: AbortSignal): Promise<KillableStack> {
  const start = async (): Promise<RunningStack> => {
    const process = await startStackProcess(dataDirectory, signal);
    return { process, client: connectToStack(process) };
  };
  const startAfter = async ({ process, client }: RunningStack, between: () => void) => {
    client.close();
    await process.kill();
    between();
    return start();
  };
  let running = Promise.resolve(await start());
  return {
    dataDirectory,
    running: () => running,
    async restart(between = () => {}) {
      running = startAfter(await running, between);
      await running;
    },
  };
}
