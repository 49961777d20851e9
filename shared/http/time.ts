import * as v from 'valibot';

const RULE = 'must be a time as RFC 3339 has it, such as 2026-11-24T09:30:00Z';
/** RFC 3339, 5.6, without its leap seconds, which no clock here has. */
const TIME =
  /^(\d{4}-\d\d-\d\d)[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** A time of a request, as milliseconds since 1970; finer parts of a second are dropped. */
export const time = v.pipe(
  v.string(RULE),
  v.isoTimestamp(RULE),
  v.check(isTime, RULE),
  v.transform((text) => Date.parse(text.toUpperCase())),
);

function isTime(text: string): boolean {
  const day = TIME.exec(text)?.[1];
  if (day === undefined) return false;
  // Date takes the 30th of February for the 2nd of March.
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return Number.isFinite(midnight) && new Date(midnight).toISOString().startsWith(day);
}
