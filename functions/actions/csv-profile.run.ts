import { setImmediate as nextTurn } from 'node:timers/promises';
import { MAX_OUTPUT_BYTES } from '../../shared/task/limits.ts';
import { PermanentError } from '../../shared/task/permanent-error.ts';
import { CsvColumn, type ColumnProfile } from './csv-column.ts';
import { CsvColumnNames } from './csv-column-names.ts';
import { csvRows } from './csv-rows.ts';

/** What `csv-profile` returns. */
export interface CsvProfile {
  readonly rowCount: number;
  readonly columns: readonly ColumnProfile[];
}

/** After so many cells, some 10 ms of work, other work of the process gets its turn, and the signal its chance to abort. */
const CELLS_PER_TURN = 20_000;

/**
 * Profiles `csv` by the rules that the action `csv-profile` states.
 * @throws the signal's reason once it has aborted.
 * @throws PermanentError with the code `csv-malformed` or `output-too-large`.
 */
export async function profileCsv(csv: string, signal: AbortSignal): Promise<CsvProfile> {
  signal.throwIfAborted();
  const [header, ...rows] = csvRows(csv);
  if (header === undefined) return { rowCount: 0, columns: [] };
  const names = new CsvColumnNames(header);
  const columns = header.map((_, index) => new CsvColumn(names.at(index)));
  // The reading took its time, and the signal had no chance to abort meanwhile.
  let cells = CELLS_PER_TURN;
  for (const row of rows) {
    // Only over the cells that exist: rows times columns may be billions where a wide header stands over short rows.
    for (const [index, text] of row.entries()) {
      let column = columns[index];
      if (column === undefined) {
        column = new CsvColumn(names.at(index));
        columns.push(column);
      }
      column.add(text);
    }
    cells += row.length;
    if (cells >= CELLS_PER_TURN) {
      cells = 0;
      await nextTurn();
      signal.throwIfAborted();
    }
  }
  return withinLimit({
    rowCount: rows.length,
    columns: columns.map((column) => column.profile(rows.length)),
  });
}

function withinLimit(profile: CsvProfile): CsvProfile {
  const bytes = Buffer.byteLength(JSON.stringify(profile));
  if (bytes <= MAX_OUTPUT_BYTES) return profile;
  throw new PermanentError(
    `The profile of ${profile.columns.length} columns takes ${bytes} bytes as JSON, and an output at most ${MAX_OUTPUT_BYTES}: send fewer columns, or shorter names.`,
    { code: 'output-too-large' },
  );
}
