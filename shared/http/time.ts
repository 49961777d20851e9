import * as v from 'valibot';

const RULE = 'must be a time as RFC 3339 has it, such as 2026-11-24T09:30:00Z';
/** RFC 3339, 5.6, without its leap seconds, which no clock here has. */
const TIME =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** A time of a request, as milliseconds since 1970; finer parts of a second are dropped. */
export const time = v.pipe(v.string(RULE), v.isoTimestamp(RULE), v.transform(readTime), v.number(RULE));

/** NaN, which is no number to a schema, for what is no time. */
function readTime(text: string): number {
  const day = TIME.exec(text)?.[1];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // Date takes the 30th of February for the 2nd of March.
  const isDay = Number.isFinite(midnight) && new Date(midnight).toISOString().slice(0, 10) === day;
  return isDay ? Date.parse(text) : Number.NaN;
}
