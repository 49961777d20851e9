import * as v from 'valibot';
import { defineAction } from '../../shared/task/action.ts';

/**
 * Profiles a CSV text: `{ csv }` gives `{ rowCount, columns: [{ name, type, nullCount, distinctCount, min?, max?, mean? }] }`.
 *
 * Rows and cells
 * - The grammar is RFC 4180's, with the comma as the only delimiter. A row ends with LF, CRLF or CR, in any mixture; a quoted
 *   cell may hold commas, row ends, and quotes written twice. A byte order mark at the start is dropped.
 * - Blank lines are skipped. White space around a cell's text is ignored, inside its quotes too; spaces and tabs may stand
 *   around the quotes.
 * - Broken quotes fail the task for good with the code `csv-malformed`: a quote that never closes (`"a`), one inside a cell without
 *   quotes (`5" nail`), text after the closing one (`"a"b`). The message names the cell by row and column, from 1: the header is
 *   row 1, and blank lines are not counted. Of `"" "a"`, an empty pair before the quotes, the `a` is read.
 *
 * Columns
 * - The first row is the header, whatever it holds, and is not counted in `rowCount`. A text without rows gives 0 and no columns.
 * - A column without a name is `column_N`, N being its position from 1; so is each one that only longer rows have. A name that
 *   was given before gets the first free suffix of `_2`, `_3` and so on.
 * - A row's missing cells are null, and so is every cell without text. Words such as `NA` or `null` are text.
 *
 * Figures
 * - `type` is that of all cells which are not null: `integer`, `number` (mixed with integers or not), `boolean`, `date`, else
 *   `string`; `empty` where every cell is null.
 * - A number is written as in JSON (RFC 8259, section 6), an integer without fraction and exponent. So `007`, `+1`, `.5` and
 *   `1,000` are text. So are an integer beyond 2^53 - 1, mostly an identifier, which JSON's readers would round, and a number too
 *   large for a double, as `1e999`.
 * - A boolean is `true` or `false` in any letter case.
 * - A date is an ISO 8601 calendar date, or one with a time: `2024-02-29`, `2024-02-29T12:30`, `2024-02-29 12:30:59.25+01:00`. It must
 *   exist: the 30th of February is text.
 * - `distinctCount` counts different texts among the cells which are not null: `1` and `1.0` are two.
 * - Numbers and dates have `min` and `max`, numbers `mean`. Dates are compared as instants, to the millisecond and in UTC where
 *   they name no offset, and given as the cell wrote them. Numbers are doubles, -0 is 0.
 *
 * A profile above an output's 256 KiB, some 4,000 columns, fails the task for good with the code `output-too-large`.
 */
export const csvProfile = defineAction({
  name: 'csv-profile',
  input: v.pipe(
    v.strictObject({ csv: v.string() }),
    v.examples([{ csv: 'city,degrees\nOslo,4\nRome,15\n' }]),
  ),
  timeoutMs: 60_000,
  async run({ csv }, { signal }) {
    const { profileCsv } = await import('./csv-profile.run.ts');
    return profileCsv(csv, signal);
  },
});
