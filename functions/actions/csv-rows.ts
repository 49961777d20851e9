import { PermanentError } from '../../shared/task/permanent-error.ts';

/** A cell as it was read: its text, where it ended, and the number of row ends inside it. */
interface Cell {
  readonly text: string;
  readonly end: number;
  readonly rowEnds: number;
  readonly quoted: boolean;
}

const BLANKS = /[ \t]*/y;
const PLAIN_TEXT = /[^",\r\n]*/y;
const ROW_END = /\r\n|\r|\n/g;

/**
 * The rows of a CSV text, RFC 4180 with LF, CRLF or CR as row ends: cells unquoted and trimmed, blank lines and a byte order
 * mark left out. Rows are as long as they were written. Reads as it is asked, so a caller may stop at any row.
 * @throws PermanentError with the code `csv-malformed` and the line in its message, when a quote never closes or stands inside a cell.
 */
export function* csvRows(csv: string): Generator<string[], undefined> {
  let at = csv.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  let row: string[] = [];
  let afterComma = false;
  while (at < csv.length || afterComma) {
    const cell = readCell(csv, at, line);
    const isBlankLine = row.length === 0 && cell.text === '' && !cell.quoted;
    const next = csv[cell.end];
    afterComma = next === ',';
    if (afterComma || !isBlankLine) row.push(cell.text);
    line += cell.rowEnds;
    at = cell.end + 1;
    if (afterComma) continue;
    if (next === '\r' && csv[at] === '\n') at += 1;
    line += 1;
    if (row.length > 0) yield row;
    row = [];
  }
}

function readCell(csv: string, start: number, line: number): Cell {
  const at = skip(BLANKS, csv, start);
  if (csv[at] === '"') return readQuoted(csv, at, line);
  const end = skip(PLAIN_TEXT, csv, at);
  if (csv[end] === '"') {
    throw malformed(line, 'a quote stands inside a cell that is not quoted');
  }
  return { text: csv.slice(at, end).trim(), end, rowEnds: 0, quoted: false };
}

function readQuoted(csv: string, open: number, line: number): Cell {
  let close = csv.indexOf('"', open + 1);
  while (close !== -1 && csv[close + 1] === '"') close = csv.indexOf('"', close + 2);
  if (close === -1) throw malformed(line, 'the quote that opens a cell never closes');
  const end = skip(BLANKS, csv, close + 1);
  const next = csv[end];
  if (next !== undefined && next !== ',' && next !== '\r' && next !== '\n') {
    throw malformed(line, 'text follows the quote that closes a cell');
  }
  const raw = csv.slice(open + 1, close);
  return {
    text: raw.replaceAll('""', '"').trim(),
    end,
    rowEnds: raw.match(ROW_END)?.length ?? 0,
    quoted: true,
  };
}

function skip(pattern: RegExp, csv: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(csv);
  return pattern.lastIndex;
}

function malformed(line: number, fault: string): PermanentError {
  return new PermanentError(
    `Malformed CSV in the cell that starts on line ${line}: ${fault}. Put quotes around the whole cell, and write a quote inside it twice.`,
    { code: 'csv-malformed' },
  );
}
