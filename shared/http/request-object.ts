import * as v from 'valibot';

/** An object of a request with exactly these members. What is wrong with it is told in words that name them all. */
export function requestObject<const Entries extends v.ObjectEntries>(entries: Entries) {
  const names = listed(Object.keys(entries));
  return v.strictObject(entries, ({ expected }) => {
    if (expected === 'never') return `is not a member of this object; it has ${names}`;
    return expected === 'Object' ? 'must be an object' : 'is missing';
  });
}

/** `a`, `a and b`, `a, b and c`; of nothing, `none`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? 'none';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
