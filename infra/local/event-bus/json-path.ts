import { isRecord } from '../assembly/record.ts';

/** Finds a value in an event; nothing when it is not there. */
export type Finder = (event: unknown) => unknown;

const PATH = /^\$(?:\.[^.[\]]+|\[(?:\d+|\*)\])*$/;
const STEP = /\.([^.[\]]+)|\[(\d+|\*)\]/g;
const EVERY = '*';

/**
 * A JSON path with what EventBridge knows of them: `$.detail.items[0].name`, and `*` for every member or element, which gives a list.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 *
 * @throws Error when it is no such path: the message begins with `where`.
 */
export function parseJsonPath(path: string, where: string): Finder {
  if (!PATH.test(path)) {
    throw new Error(`${where} has the path ${path}: EventBridge knows $, .name, [index] and *.`);
  }
  const steps = [...path.matchAll(STEP)].map(([, member, index]) => member ?? index ?? '');
  return (event) => find(event, steps);
}

function find(value: unknown, [step, ...others]: readonly string[]): unknown {
  if (step === undefined) return value;
  if (step === EVERY) {
    const found = children(value).map((child) => find(child, others));
    return found.filter((child) => child !== undefined);
  }
  if (Array.isArray(value)) return find(value[Number(step)], others);
  return isRecord(value) && Object.hasOwn(value, step) ? find(value[step], others) : undefined;
}

function children(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? Object.values(value) : [];
}
