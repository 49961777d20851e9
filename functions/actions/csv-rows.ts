import { CsvError, parse } from 'csv-parse/sync';
import { PermanentError } from '../../shared/task/permanent-error.ts';

/**
 * The rows of a CSV text, RFC 4180 with LF, CRLF or CR as row ends: cells unquoted and trimmed, blank lines and a byte order
 * mark left out. Rows are as long as they were written. Reads the whole text at once: 256 KiB in some 0.1 s, but in seconds where
 * each of 100,000 rows is shorter or longer than the first, for the library makes an error of each.
 * @throws PermanentError with the code `csv-malformed`, and the row and column in its message, when a quote never closes or stands inside a cell.
 */
export function csvRows(csv: string): string[][] {
  try {
    const rows = parse(csv, {
      bom: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    // The option trims outside quotes only.
    return rows.map((row) => row.map((text) => text.trim()));
  } catch (error) {
    throw error instanceof CsvError ? malformed(error) : error;
  }
}

function malformed(error: CsvError): PermanentError {
  // Not its count of lines, which takes a CRLF inside quotes for two and ends where the reading did.
  const row = Number(error['records']) + 1;
  const column = Number(error['index']) + 1;
  return new PermanentError(
    `Malformed CSV in row ${row}, column ${column}: ${faultOf(error)}. Put quotes around the whole cell, and write a quote inside it twice.`,
    { code: 'csv-malformed', cause: error },
  );
}

function faultOf({ code, message }: CsvError): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'the quote that opens the cell never closes';
  if (code === 'INVALID_OPENING_QUOTE') return 'a quote stands after the start of the cell';
  if (code === 'CSV_INVALID_CLOSING_QUOTE' || code === 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE') {
    return 'text follows the quote that closes the cell';
  }
  return message;
}
