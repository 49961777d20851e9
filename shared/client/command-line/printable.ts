/** Control characters, among them escapes that command a terminal, and those that turn the direction of text. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** `text` on one line, with whatever a terminal would obey written as `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escape);
}

/** `value` as JSON that a terminal may show, and any parser reads. */
export function printableJson(value: unknown, indent?: number): string {
  // JSON escapes all that is below a space; line ends are its own indentation.
  const lines = (JSON.stringify(value, null, indent) ?? 'null').split('\n');
  return lines.map(printable).join('\n');
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
