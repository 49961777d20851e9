/**
 * The one text that stands for a JSON value whatever the order of its members (RFC 8785, JSON Canonicalization Scheme).
 * Takes what `JSON.parse` returns, and members that are undefined, which count as absent; nested at most as deep as the limit for inputs.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  // The default order is by UTF-16 code units, which is the order that the RFC asks for.
  const present = Object.entries(value).filter(([, item]) => item !== undefined);
  const members = present.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}
