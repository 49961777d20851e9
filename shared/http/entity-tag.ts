import { contentHash } from '../task/identity.ts';

/** The entity tag of a representation (RFC 9110, 8.8.3), given as JSON text: a hash of it, so it changes if and only if the representation does. */
export function etagOf(json: string): string {
  return `"${contentHash(json)}"`;
}

/** Whether an If-None-Match names the tag, by weak comparison, or any (RFC 9110, 13.1.2). Our tags hold no comma. */
export function isMatch(ifNoneMatch: string, etag: string): boolean {
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || ifNoneMatch.trim() === '*';
}
