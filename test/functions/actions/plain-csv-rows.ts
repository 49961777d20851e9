/** One cell, quoted or bare, and what ends it. */
const CELL = /[ \t]*(?:"([^"]*(?:""[^"]*)*)"[ \t]*|([^",\r\n]*))(,|\r\n|\r|\n|$)/y;

/**
 * The rows of a CSV text by the rules that the action `csv-profile` states, read without its library, so that the two can be
 * compared.
 * @throws Error naming the offset of a cell whose quotes are broken.
 */
export function plainCsvRows(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = csv.startsWith('\uFEFF') ? 1 : 0;
  for (;;) {
    CELL.lastIndex = at;
    const match = CELL.exec(csv);
    if (match === null) throw new Error(`The quotes of the cell at offset ${at} are broken.`);
    const [whole, quoted, bare = '', end] = match;
    const isBlankLine = end !== ',' && row.length === 0 && quoted === undefined && bare.trim() === '';
    if (!isBlankLine) row.push((quoted ?? bare).replaceAll('""', '"').trim());
    at += whole.length;
    if (end === ',') continue;
    if (row.length > 0) rows.push(row);
    row = [];
    if (end === '') return rows;
  }
}
