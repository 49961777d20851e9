import type { ListedTask } from '../api-task.ts';

const RED = 31;
const GREEN = 32;
const YELLOW = 33;
const CYAN = 36;

/** `text` in a colour, where standard output is a terminal that has colours and NO_COLOR is not set. */
function paint(colour: number, text: string): string {
  // Only terminals have `hasColors`, whatever the types say; it knows NO_COLOR.
  const { stdout } = process;
  return stdout.isTTY && stdout.hasColors() ? `\u001b[${colour}m${text}\u001b[39m` : text;
}

/** Where a task stands, in one word. */
export function statusOf({ activeStatus, finalStatus }: ListedTask): string {
  return finalStatus ?? (activeStatus === 'stopped' ? 'delayed' : 'started');
}

/** The same in its colour. */
export function paintedStatus(task: ListedTask): string {
  const colours = { succeeded: GREEN, failed: RED, cancelled: YELLOW };
  return paint(task.finalStatus === null ? CYAN : colours[task.finalStatus], statusOf(task));
}
