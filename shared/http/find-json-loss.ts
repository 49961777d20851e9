import type { JsonIssue } from '../task/json.ts';
import { cutToBytes } from '../task/utf8.ts';

/** A text in quotes, a sign of structure, or a number of so many digits that it may be rounded. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]|-?\d[\d.eE+-]{14,}/g;
const INTEGER = /^-?\d+$/;
const MAX_STEP_BYTES = 128;

/** An object or array that encloses what is looked at. */
interface Level {
  /** The names of an object's members so far; none is kept of what has none. */
  names?: Set<string>;
  /** Where in it: the name of a member, or an index. */
  step: string | number;
  /** Whether the next text is a member's name. */
  beforeName: boolean;
}

/**
 * What `JSON.parse` changes in a text without a word: of members with one name in one object it keeps the last, where another
 * parser on the way may have looked at the first (RFC 8259, 4); an integer beyond 2^53 it may round to another one. Undefined
 * when it changes nothing of the kind. Fractions are rounded as they are everywhere.
 * @param text parses, and is not nested too deep.
 */
export function findJsonLoss(text: string): JsonIssue | undefined {
  const levels: Level[] = [];
  const issue = (message: string): JsonIssue => ({ path: levels.map(({ step }) => step), message });
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    switch (token[0]) {
      case '{':
        levels.push({ step: '', beforeName: true });
        break;
      case '[':
        levels.push({ step: 0, beforeName: false });
        break;
      case '}':
      case ']':
        levels.pop();
        break;
      case ',':
        if (level !== undefined) passComma(level);
        break;
      case '"':
        if (level?.beforeName === true && isRepeated(level, token)) {
          return issue('comes twice in one object, and only one of them could be kept');
        }
        break;
      default:
        if (isRounded(token)) return issue('is an integer that JSON numbers cannot hold; send it as a text');
    }
  }
  return undefined;
}

function passComma(level: Level): void {
  if (typeof level.step === 'number') level.step += 1;
  else level.beforeName = true;
}

/** Takes the name of an object's next member. */
function isRepeated(level: Level, token: string): boolean {
  const name = String(JSON.parse(token));
  level.names ??= new Set();
  const repeated = level.names.has(name);
  level.names.add(name);
  level.step = cutToBytes(name, MAX_STEP_BYTES);
  level.beforeName = false;
  return repeated;
}

/** Whether an integer has other digits once it was a JSON number. */
function isRounded(token: string): boolean {
  const value = Number(token);
  // An infinity is refused where the input becomes JSON again.
  if (!INTEGER.test(token) || !Number.isFinite(value)) return false;
  return digitsOf(value.toExponential().replace(/e.*$/, '')) !== digitsOf(token);
}

function digitsOf(number: string): string {
  return number.replaceAll(/\D|0+$/g, '');
}
