/** What the text of one cell means; only text that is not empty is asked about. */
export type CellValue =
  | { readonly type: 'integer' | 'number'; readonly value: number }
  /** `instant` in milliseconds since 1970, UTC where the text names no offset. */
  | { readonly type: 'date'; readonly instant: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'string' };

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const DATE =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d))?)?$/;
const BOOLEAN = /^(true|false)$/i;
const TEXT: CellValue = { type: 'string' };
const MINUTE_MS = 60_000;

/** Reads a cell's text by the rules that the action `csv-profile` states. */
export function readCellValue(text: string): CellValue {
  return readNumber(text) ?? readDate(text) ?? (BOOLEAN.test(text) ? { type: 'boolean' } : TEXT);
}

function readNumber(text: string): CellValue | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const value = Number(text) + 0; // + 0 turns -0, which JSON cannot show, into 0
  const isInteger = match[2] === undefined && match[3] === undefined;
  if (isInteger) return Number.isSafeInteger(value) ? { type: 'integer', value } : TEXT;
  return Number.isFinite(value) ? { type: 'number', value } : TEXT;
}

function readDate(text: string): CellValue | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const [offsetHour, offsetMinute] = match.slice(9, 11).map((part) => Number(part ?? 0));
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  if (offsetHour === undefined || offsetMinute === undefined) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return TEXT;
  const date = new Date(0);
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  // A day or month that does not exist has moved the date on.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return TEXT;
  date.setUTCHours(hour, minute, second, Number((match[7] ?? '').padEnd(3, '0').slice(0, 3)));
  const offsetMs = (offsetHour * 60 + offsetMinute) * MINUTE_MS * (match[8] === '-' ? -1 : 1);
  return { type: 'date', instant: date.getTime() - offsetMs };
}
