/** Longer URLs are refused by many servers. Counted as the URL standard writes it: other characters than ASCII in percent-encoding. */
const MAX_URL_LENGTH = 2048;
/**
 * Hosts without a look-up that is worth it: addresses (IPv6 has brackets and no dot), names without a dot, and names of top-level
 * domains that are one machine's or network's (RFC 6761, RFC 6762, ICANN's `internal`).
 */
const NOT_PUBLIC = /^[^.]*$|^[\d.]+$|\.(localhost|local|internal)$/;

/**
 * Reads a URL, relative to `base` where there is one; what no request may go to gives the rule that it breaks, to stand after
 * "The URL". The URL standard's parser is the only one that ever reads a URL, and all spellings of an address (`0x7f.1`, `2130706433`)
 * are one to it. The
 * URL given has no fragment, which no server gets.
 */
export function readTarget(text: string, protocol: string, base?: URL): URL | string {
  if (!URL.canParse(text, base?.href)) return 'must be absolute, such as https://example.com/';
  const url = new URL(text, base);
  url.hash = '';
  if (url.href.length > MAX_URL_LENGTH) return `must have at most ${MAX_URL_LENGTH} characters`;
  if (url.protocol !== protocol) return `must begin with ${protocol}//`;
  if (url.username + url.password !== '') {
    return 'must not hold a user name or password; send an authorization header';
  }
  return NOT_PUBLIC.test(hostOf(url))
    ? 'must name a public host in full, not by its address nor by a name of one machine or network'
    : url;
}

/** The name of a URL's host, without the dot that may end a full name. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/\.+$/, '');
}
