/** SQLite's result code for a lock that somebody else holds: https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/** Whether node:sqlite failed because another connection, of this or another process, has the file locked. */
export function isDatabaseBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
