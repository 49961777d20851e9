import path from 'node:path';
import { ownAssemblyDirectory } from './assembly-directory.ts';
import { runStack, type LocalStack } from './local-stack.ts';
import { reserveGround } from './reserve-ground.ts';
import { reloadOnChange } from './watch/reload-on-change.ts';
import { startSynthesizer, type Assembly } from './watch/start-synthesizer.ts';
import { parseStartOptions, USAGE, type StartOptions } from './start-options.ts';
import { stopOnSignals } from './stop-on-signals.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** 128 and the number of SIGINT, as shells count. */
const EXIT_INTERRUPTED = 130;

/** Ends this process clean; set once there is something to give back. */
let stop: (() => Promise<void>) | undefined;

// Who read the output, such as `head`, may leave: then nobody sees what goes on, and an error without a listener ends with a trace.
process.stdout.on('error', () => void (stop ?? exit)());
process.stderr.on('error', () => {});

const options = readOptions();
if (options.help) {
  print(USAGE);
} else {
  try {
    const stack = await start(options);
    print(`ready ${stack.url}/v1`);
    for (const line of invitation(`${stack.url}/v1/tasks`)) print(line);
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): never {
  process.stderr.write(`${sentence(error)}\n`);
  process.exit(EXIT_FAILED);
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function readOptions(): StartOptions {
  try {
    return parseStartOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${sentence(error)}\n${USAGE}\n`);
    process.exit(EXIT_USAGE);
  }
}

async function start({ port, dataDirectory, actions }: StartOptions): Promise<LocalStack> {
  const ground = await reserveGround({
    port,
    ...(dataDirectory !== undefined && { dataDirectory: path.resolve(dataDirectory) }),
  });
  stop = async () => {
    ground.release();
    process.exit();
  };
  const synthesizer = startSynthesizer(ownAssemblyDirectory(), path.resolve(actions));
  let assembly: Assembly;
  try {
    print('bundling and synthesizing …');
    assembly = await synthesizer.synthesize();
  } catch (error) {
    ground.release();
    throw error;
  }
  // Before this line a signal may end the process as it is: the next one takes over the lock of a process that is gone.
  const running = runStack(ground, assembly.directory, print);
  stop = stopOnce(running);
  stopOnSignals({
    signals: process,
    nowMs: () => performance.now(),
    stop: () => void stop?.(),
    // The functions' processes die with this one.
    kill: () => process.exit(EXIT_INTERRUPTED),
  });
  const stack = await running;
  reloadOnChange({ synthesizer, assembly, replaceCode: (directory) => stack.replaceCode(directory), print });
  return stack;
}

function stopOnce(running: Promise<LocalStack>): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () => (stopping ??= stopClean(running));
}

async function stopClean(running: Promise<LocalStack>): Promise<void> {
  print('stopping …');
  // What could not start says so, and is stopped.
  const stack = await running.catch(() => undefined);
  if (stack === undefined) return;
  try {
    await stack.close();
    process.exit();
  } catch (error) {
    fail(error);
  }
}

async function exit(): Promise<never> {
  process.exit();
}

function invitation(tasksUrl: string): string[] {
  const request = '{"action":"csv-profile","input":{"csv":"city,degrees\\nOslo,4\\nRome,15\\n"}}';
  return [
    'Start a task, and fetch it by the id in the answer:',
    `  curl -s ${tasksUrl} -H 'content-type: application/json' -d '${request}'`,
    `  curl -s '${tasksUrl}/ID?wait=20'`,
  ];
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
