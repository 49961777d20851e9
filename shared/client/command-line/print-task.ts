import type { ApiTask, ListedTask } from '../api-task.ts';
import { paintedStatus } from './paint.ts';
import { printable, printableJson } from './printable.ts';

/** Prints a line on standard output. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a task for people, a line for each member that it has, or as JSON. */
export function printTask(task: ApiTask, asJson: boolean | undefined): void {
  if (asJson === true) return printLine(printableJson(task, 2));
  const members: Readonly<Record<string, string | undefined>> = {
    id: printable(task.id),
    action: printable(task.action),
    status: paintedStatus(task),
    note: noteOf(task) || undefined,
    attempt: String(task.attempt),
    created: task.createdAt,
    starts: task.startAt,
    ended: task.finalStatus === null ? undefined : task.stoppedAt,
    deadline: task.deadlineAt,
    'retry of': task.retryOf,
    output: task.finalStatus === 'succeeded' ? outputOf(task.output) : undefined,
  };
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) printLine(`${name.padEnd(10)}${value}`);
  }
}

/** What there is to say of a task beside its status, on one line: its error, its progress, a requested cancel; often nothing. */
export function noteOf({ error, progress, cancelRequested, finalStatus }: ListedTask & NoteMembers): string {
  if (error !== undefined) return printable(`${error.message} (${error.code})`);
  if (finalStatus !== null) return '';
  const percent = progress === undefined ? '' : `${progress.percent} % ${progress.message ?? ''}`.trim();
  return printable(
    [cancelRequested ? 'cancel requested' : '', percent].filter((part) => part !== '').join(', '),
  );
}

/** A union's members that only some of it have. */
interface NoteMembers {
  readonly error?: { readonly message: string; readonly code: string };
}

function outputOf(output: unknown): string | undefined {
  return output === undefined ? undefined : printableJson(output, 2).replaceAll('\n', `\n${' '.repeat(10)}`);
}
