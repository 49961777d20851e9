import { Option } from 'commander';
import type { Command } from 'commander';
import type { FinalStatus, ActiveStatus } from '../../task/task.ts';
import type { ListedTask } from '../api-task.ts';
import type { TaskClient } from '../task-client-types.ts';
import { awaitEnd } from './await-end.ts';
import { withConnection } from './connection.ts';
import type { ConnectionOptions, Environment } from './connection.ts';
import { printLine, printTask } from './print-task.ts';
import { printTable } from './print-table.ts';
import { printable, printableJson } from './printable.ts';
import { readActions } from './read-actions.ts';
import { readCount, readInput, readSeconds, readTime } from './read-options.ts';
import type { InputOptions } from './read-options.ts';

/** Does a command's work with the client that its options ask for, and tells of its errors. */
export type Work = (options: ConnectionOptions, work: (client: TaskClient) => Promise<void>) => Promise<void>;

interface WaitFlags extends ConnectionOptions {
  readonly wait?: boolean;
  readonly timeout?: number;
}

interface CreateFlags extends WaitFlags, InputOptions {
  readonly idempotencyKey?: string;
  readonly startAt?: Date;
  readonly deadlineAt?: Date;
}

interface ListFlags extends ConnectionOptions {
  readonly finalStatus?: FinalStatus;
  readonly activeStatus?: ActiveStatus;
  readonly action?: string;
  readonly limit: number;
}

/** `create ACTION` */
export function addCreate(program: Command, work: Work): void {
  withConnection(withWait(program.command('create <action>')))
    .summary('create a task')
    .description('Creates a task of ACTION and prints it; with --wait, when it has ended.')
    .addOption(
      new Option('-i, --input <json>', 'the input; - reads it from the standard input').conflicts(
        'inputFile',
      ),
    )
    .option('-f, --input-file <file>', 'a file with the input as JSON; - is the standard input')
    .option(
      '-k, --idempotency-key <key>',
      'creating again with it gives the first task (default: a random one)',
    )
    .option('--start-at <time>', 'start no earlier, such as 2026-12-01T09:00:00Z', readTime)
    .option('--deadline-at <time>', 'fail unless ended by then (default: a day after the start)', readTime)
    .addHelpText(
      'after',
      examples(
        `create sleep --input '{"seconds":5}' --wait`,
        `create csv-profile --input-file input.json`,
        `jq -Rs '{csv: .}' data.csv | task-system create csv-profile --input - --wait`,
        'actions                     what actions there are, and their inputs',
      ),
    )
    .action((action: string, options: CreateFlags) =>
      work(options, async (client) => {
        const { idempotencyKey, startAt, deadlineAt } = options;
        const input = await readInput(options);
        const task = await client.create(action, input, { idempotencyKey, startAt, deadlineAt });
        await (options.wait === true ? awaitEnd(client, task, options) : printTask(task, options.json));
      }),
    );
}

/** `get ID` */
export function addGet(program: Command, work: Work): void {
  withConnection(program.command('get <id>'))
    .summary('print a task as it is now')
    .description('Prints a task as it is now; the exit code is 0 whatever became of it.')
    .addHelpText('after', examples('get 0123456789abcdef0123456789abcdef', 'get ID --json | jq .output'))
    .action((id: string, options: ConnectionOptions) =>
      work(options, async (client) => printTask(await client.fetchState(id), options.json)),
    );
}

/** `wait ID` */
export function addWait(program: Command, work: Work): void {
  withConnection(program.command('wait <id>'))
    .summary('wait until a task has ended')
    .description('Waits until a task has ended, and prints it. Ctrl-C ends the waiting; the task goes on.')
    .option('-t, --timeout <seconds>', 'stop waiting after so many seconds, with exit code 3', readSeconds)
    .addHelpText('after', examples('wait ID', 'wait ID --timeout 60 && echo succeeded'))
    .action((id: string, options: WaitFlags) =>
      // A first look fails fast where nobody answers; a wait goes on through outages.
      work(options, async (client) => awaitEnd(client, await client.fetchState(id), options)),
    );
}

/** `list` */
export function addList(program: Command, work: Work, env: Environment): void {
  withConnection(program.command('list'))
    .summary('list tasks')
    .description('Lists open tasks, then ended ones, newest first. With --json each task is one line.')
    .addOption(new Option('--final-status <status>').choices(['succeeded', 'failed', 'cancelled']))
    .addOption(
      new Option('--active-status <status>', 'delayed and ended tasks are stopped').choices([
        'started',
        'stopped',
      ]),
    )
    .option('--action <action>', 'only tasks of this action')
    .option('-n, --limit <number>', 'at most so many', readCount, 50)
    .addHelpText(
      'after',
      examples('list --final-status failed --action sleep', 'list --json --limit 1000 | jq -r .id'),
    )
    .action((options: ListFlags) =>
      work(options, async (client) => {
        const { finalStatus, activeStatus, action, limit } = options;
        const tasks: ListedTask[] = [];
        // One more than asked for, to know whether there are more.
        for await (const task of client.list({ finalStatus, activeStatus, action, limit: limit + 1 })) {
          if (options.json === true && tasks.length < limit) printLine(printableJson(task));
          tasks.push(task);
        }
        if (options.json !== true && tasks.length > 0) printTable(tasks.slice(0, limit), widthOf(env));
        if (tasks.length > limit) process.stderr.write(`There are more than ${limit}: see --limit.\n`);
        if (tasks.length === 0) process.stderr.write('There are no such tasks.\n');
      }),
    );
}

/** `cancel ID` */
export function addCancel(program: Command, work: Work): void {
  withConnection(program.command('cancel <id>'))
    .summary('cancel a task')
    .description(
      'Cancels a task that nobody works on; else asks its attempt to stop, which takes up to a minute and may still end first.',
    )
    .addHelpText('after', examples('cancel ID', 'cancel ID && task-system wait ID'))
    .action((id: string, options: ConnectionOptions) =>
      work(options, async (client) => printTask(await client.cancel(id), options.json)),
    );
}

/** `retry ID` */
export function addRetry(program: Command, work: Work): void {
  withConnection(withWait(program.command('retry <id>')))
    .summary('make a new task of one that failed or was cancelled')
    .description(
      'Makes a new task of one that failed or was cancelled, and prints the new one. Again, it gives the same new task.',
    )
    .addHelpText('after', examples('retry ID --wait'))
    .action((id: string, options: WaitFlags) =>
      work(options, async (client) => {
        const task = await client.retry(id);
        await (options.wait === true ? awaitEnd(client, task, options) : printTask(task, options.json));
      }),
    );
}

/** `actions` */
export function addActions(program: Command, work: Work): void {
  withConnection(program.command('actions'))
    .summary('list the actions that tasks may name')
    .description('Lists the actions that tasks may name, each with the JSON schema of its input.')
    .addHelpText('after', examples('actions', "actions --json | jq -r '.[].action'"))
    .action((options: ConnectionOptions) =>
      work(options, async (client) => {
        const actions = await readActions(client);
        if (options.json === true) return printLine(printableJson(actions, 2));
        for (const { action, input } of actions) {
          const schema = input === undefined ? '' : printableJson(input, 2).replaceAll('\n', '\n  ');
          printLine(`${printable(action)}\n  ${schema}`.trimEnd());
        }
      }),
    );
}

function withWait(command: Command): Command {
  return command
    .option('-w, --wait', 'wait until the task has ended; the exit code tells how')
    .addOption(
      new Option('-t, --timeout <seconds>', 'wait no longer than that, then exit with 3; implies --wait')
        .argParser(readSeconds)
        .implies({ wait: true }),
    );
}

function examples(...lines: readonly string[]): string {
  const whole = lines.map((line) => `  ${line.includes('task-system create') ? '' : 'task-system '}${line}`);
  return `\nExamples:\n${whole.join('\n')}`;
}

/** The terminal's width, or the variable COLUMNS where the output is no terminal; undefined where nobody says. */
function widthOf(env: Environment): number | undefined {
  return process.stdout.columns ?? (Number(env['COLUMNS']) || undefined);
}
