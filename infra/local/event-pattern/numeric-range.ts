/** What EventBridge compares: https://github.com/aws/event-ruler#numeric-matching */
const LARGEST = 5e9;

const COMPARISONS: ReadonlyMap<unknown, (value: number, bound: number) => boolean> = new Map([
  ['=', (value, bound) => value === bound],
  ['>', (value, bound) => value > bound],
  ['>=', (value, bound) => value >= bound],
  ['<', (value, bound) => value < bound],
  ['<=', (value, bound) => value <= bound],
]);

/**
 * The argument of the operator `numeric`: `["=", 5]`, one bound as in `["<", 10]`, or a lower and an upper one as in `[">", 0, "<=", 5]`.
 *
 * @throws Error, one sentence that begins with `at`, for any other.
 */
export function parseNumericRange(argument: unknown, at: string): (value: unknown) => boolean {
  const list: readonly unknown[] = Array.isArray(argument) ? argument : [];
  const first = comparison(list[0], list[1]);
  const second = list.length > 2 ? comparison(list[2], list[3]) : undefined;
  const isOne = list.length === 2 && first !== undefined;
  const isRange =
    list.length === 4 &&
    first?.sign.startsWith('>') === true &&
    second?.sign.startsWith('<') === true &&
    first.bound < second.bound;
  if (!isOne && !isRange) {
    throw new Error(
      `${at} ${JSON.stringify(argument)}: the operator takes a list such as ["=", 5] or [">", 0, "<=", 5], with numbers from -5e9 to 5e9.`,
    );
  }
  return (value) =>
    typeof value === 'number' && first.holds(value) && (second === undefined || second.holds(value));
}

interface Comparison {
  readonly sign: string;
  readonly bound: number;
  holds(value: number): boolean;
}

function comparison(sign: unknown, bound: unknown): Comparison | undefined {
  const compare = COMPARISONS.get(sign);
  if (compare === undefined || typeof bound !== 'number' || Math.abs(bound) > LARGEST) return undefined;
  return { sign: String(sign), bound, holds: (value) => compare(value, bound) };
}
