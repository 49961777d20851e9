import { Command, CommanderError } from 'commander';
import { exitCodes } from './await-end.ts';
import { addActions, addCancel, addCreate, addGet, addList, addRetry, addWait } from './commands.ts';
import type { Work } from './commands.ts';
import { openClient, UsageError } from './connection.ts';
import type { Environment } from './connection.ts';
import { explainError } from './explain-error.ts';
import { printable } from './printable.ts';

const HELP = `
Start with:
  task-system actions                                        what there is to do
  task-system create sleep --input '{"seconds":5}' --wait    do it, and wait for the end
  task-system list                                           what became of all of it
  task-system help create                                    all about one command

Exit codes: 0 succeeded, 1 failed, cancelled or refused, 2 wrong usage, 3 timed out, 130 interrupted.
The API is that of "npm start" unless --url or TASK_SYSTEM_URL says otherwise.`;

/** Does what the command line `args` asks for, and sets the exit code of the process. */
export async function runCommandLine(args: readonly string[], env: Environment): Promise<void> {
  const program = new Command('task-system')
    .description('Creates tasks, waits for them, lists, cancels and retries them, over the HTTP API.')
    .helpCommand(true)
    .showHelpAfterError('Add --help to see how it is used.')
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) })
    .addHelpText('after', HELP);
  addCreate(program, work);
  addGet(program, work);
  addWait(program, work);
  addList(program, work, env);
  addCancel(program, work);
  addRetry(program, work);
  addActions(program, work);

  async function work(...[options, doWork]: Parameters<Work>): Promise<void> {
    const client = await openClient(options, env);
    try {
      await doWork(client);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      complain(await explainError(error, options, client));
      process.exitCode = exitCodes.failed;
    }
  }

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCodes.succeeded : exitCodes.usage;
    } else if (error instanceof UsageError) {
      complain(error.message);
      process.exitCode = exitCodes.usage;
    } else throw error;
  }
}

function complain(message: string): void {
  process.stderr.write(`${printable(message)}\n`);
}
