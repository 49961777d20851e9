/** A base URL without the slash at its end. @throws TypeError that names the value and the rule */
export function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new TypeError(
      `The URL is ${JSON.stringify(url)}: give an http or https URL whose path ends in /v1.`,
    );
  }
  return parsed.origin + parsed.pathname.replace(/\/+$/, '');
}

/** The path of a task below the base. */
export function pathOf(id: string): string {
  return `/tasks/${encodeURIComponent(id)}`;
}

/** An idempotency key as its header has it, a quoted string (RFC 8941, 3.3.3). */
export function quoted(key: string): string {
  return `"${key.replace(/["\\]/g, '\\$&')}"`;
}

/** The header that asks for a wait (RFC 7240). */
export function preferring(waitSeconds: number | undefined): Readonly<Record<string, string>> {
  return waitSeconds === undefined ? {} : { prefer: `wait=${waitSeconds}` };
}
