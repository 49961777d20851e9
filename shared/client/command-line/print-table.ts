import Table from 'cli-table3';
import type { ListedTask } from '../api-task.ts';
import { paintedStatus, statusOf } from './paint.ts';
import { noteOf, printLine } from './print-task.ts';
import { printable } from './printable.ts';

interface Column {
  readonly name: string;
  readonly text: (task: ListedTask) => string;
  /** What is shown; `text` without colours by default. */
  readonly cell?: (task: ListedTask) => string;
  /** The least width with which it is worth its place. @default its widest text */
  readonly leastWidth?: number;
}

const GAP = 2;

/** In the order of their places. */
const columns: readonly Column[] = [
  { name: 'ID', text: ({ id }) => printable(id) },
  { name: 'STATUS', text: statusOf, cell: paintedStatus },
  { name: 'ACTION', text: ({ action }) => printable(action), leastWidth: 8 },
  { name: 'CREATED', text: ({ createdAt }) => createdAt.replace(/\.\d+Z$/, 'Z') },
  { name: 'ATTEMPT', text: ({ attempt }) => String(attempt) },
  { name: 'NOTE', text: noteOf, leastWidth: 12 },
];

/**
 * Prints tasks as a table, a line each. Of a terminal's width it takes the columns that fit, from the left, and cuts action and note; ids are never cut.
 * Without a width everything is shown.
 */
export function printTable(tasks: readonly ListedTask[], width: number | undefined): void {
  const chosen: { readonly column: Column; readonly width: number | null }[] = [];
  let left = width ?? Infinity;
  for (const column of columns) {
    const texts = tasks.map((task) => column.text(task).length);
    const natural = Math.max(column.name.length, ...texts);
    const least = Math.min(natural, column.leastWidth ?? natural);
    if (left < least && chosen.length > 1) break;
    const isLast = left < natural + GAP || column === columns.at(-1);
    // The last one gets what is left: of wide characters only the table knows how much room they take.
    const room = Number.isFinite(left) ? Math.max(left, least) : null;
    chosen.push({ column, width: isLast ? room : natural + GAP });
    left -= natural + GAP;
  }
  const table = new Table({
    head: chosen.map(({ column }) => column.name),
    colWidths: chosen.map(({ width: taken }) => taken),
    chars: noBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const task of tasks) {
    table.push(chosen.map(({ column }) => (column.cell ?? column.text)(task)));
  }
  for (const line of table.toString().split('\n')) printLine(line.trimEnd());
}

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
