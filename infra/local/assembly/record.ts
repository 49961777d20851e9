/** A JSON object. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Whether foreign JSON is an object: neither `null` nor an array. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
