/**
 * Gives every column of a table a name of its own: its header's, or `column_N` by its position from 1 where there is none, with
 * the first free suffix of `_2`, `_3` … where that name is taken. A header that stands once always keeps its name.
 */
export class CsvColumnNames {
  readonly #header: readonly string[];
  readonly #taken: Set<string>;
  readonly #used = new Set<string>();
  /** The suffix to try next for a name: counting from 2 each time would be quadratic in a header of equal names. */
  readonly #nextSuffix = new Map<string, number>();

  constructor(header: readonly string[]) {
    this.#header = header;
    this.#taken = new Set(header);
  }

  /** The name of the column at `index`, from 0; to be asked once for each column, in order. */
  at(index: number): string {
    const given = this.#header[index] ?? '';
    const wanted = given === '' ? `column_${index + 1}` : given;
    const isFirstOwner = given !== '' && !this.#used.has(given);
    if (isFirstOwner || !this.#taken.has(wanted)) return this.#take(wanted);
    let suffix = this.#nextSuffix.get(wanted) ?? 2;
    while (this.#taken.has(`${wanted}_${suffix}`)) suffix += 1;
    this.#nextSuffix.set(wanted, suffix + 1);
    return this.#take(`${wanted}_${suffix}`);
  }

  #take(name: string): string {
    this.#taken.add(name);
    this.#used.add(name);
    return name;
  }
}
