/** Values by the names of a template's placeholders; `undefined` for a path that the event does not have. */
export type Placeholders = ReadonlyMap<string, unknown>;

/** A text in quotes, with its placeholders and escapes; or a placeholder outside of quotes. */
const QUOTED_OR_PLACEHOLDER = /"(?:\\.|[^"\\])*"|<([^<>"\s]+)>/gs;
const PLACEHOLDER = /<([^<>"\s]+)>/g;

/** The names of the placeholders in a template. */
export function placeholderNames(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/**
 * Fills an input template (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html). A placeholder outside of
 * quotes takes its value as JSON, one inside takes its text, escaped; an object or a list in quotes loses its own quotes. What the
 * event does not have is an empty text. A result that is JSON comes without blanks between its parts.
 */
export function fillTemplate(template: string, values: Placeholders): string {
  const filled = template.replaceAll(QUOTED_OR_PLACEHOLDER, (part: string, name: string | undefined) => {
    if (name !== undefined) return asJson(values, name, part);
    return part.replaceAll(PLACEHOLDER, (inQuotes: string, quotedName: string) =>
      asText(values, quotedName, inQuotes),
    );
  });
  try {
    return JSON.stringify(JSON.parse(filled));
  } catch {
    return filled;
  }
}

function asJson(values: Placeholders, name: string, placeholder: string): string {
  return values.has(name) ? JSON.stringify(values.get(name) ?? '') : placeholder;
}

function asText(values: Placeholders, name: string, placeholder: string): string {
  if (!values.has(name)) return placeholder;
  const value = values.get(name) ?? '';
  if (typeof value === 'string') return JSON.stringify(value).slice(1, -1);
  return JSON.stringify(value).replaceAll(/["\\]/g, '');
}
