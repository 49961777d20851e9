import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';

/** A column's figures by name, as a query of SQLite gives them. */
export type SqliteFigures = Readonly<Record<string, SQLOutputValue>>;

/**
 * Loads `rows` into a table in memory, empty texts as NULL, and asks it for every column's figures: `nullCount`, `distinctCount`,
 * the numbers' `min`, `max` and `mean` by value, and the texts' `first` and `last` in code point order.
 */
export function sqliteFigures(rows: readonly (readonly string[])[], width: number): SqliteFigures[] {
  const database = new DatabaseSync(':memory:');
  try {
    const names = Array.from({ length: width }, (_, index) => `c${index}`);
    database.exec(`CREATE TABLE cells (${names.map((name) => `${name} TEXT`).join(', ')})`);
    const insert = database.prepare(
      `INSERT INTO cells VALUES (${names.map(() => "NULLIF(?, '')").join(', ')})`,
    );
    database.exec('BEGIN');
    for (const row of rows) insert.run(...row);
    database.exec('COMMIT');
    return names.map((name) => figuresOf(database, name));
  } finally {
    database.close();
  }
}

function figuresOf(database: DatabaseSync, name: string): SqliteFigures {
  const query = database.prepare(
    `SELECT COUNT(*) - COUNT(${name}) AS nullCount, COUNT(DISTINCT ${name}) AS distinctCount,
       MIN(CAST(${name} AS REAL)) AS min, MAX(CAST(${name} AS REAL)) AS max, AVG(CAST(${name} AS REAL)) AS mean,
       MIN(${name}) AS first, MAX(${name}) AS last FROM cells`,
  );
  return query.get() ?? {};
}
