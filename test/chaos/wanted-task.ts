import * as v from 'valibot';
import type { Random } from '../../shared/task/random.ts';
import type { TaskView } from '../acceptance/task-view.ts';

/** A task that a caller wants, and how it must end. */
export interface WantedTask {
  readonly action: string;
  readonly input: unknown;
  readonly maxAttempts: number;
  /** Whether an ended task has ended as its action must, when no death has used its attempts up. */
  hasRightEnd(task: TaskView): boolean;
}

/** Seconds, of each sleep in its range; a whole number of millionths on top of it makes every input another one. */
export interface Sleeps {
  readonly longestSeconds: number;
}

const MILLIONTH = 1e-6;
/** The profile of so many columns has more than the 1,024 bytes that a task row takes: input and output get rows of their own. */
const WIDE_COLUMNS = 40;

/** A task of one of several kinds, drawn by chance; `number` makes its input different from every other's. */
export function wantTask(number: number, random: Random, sleeps: Sleeps): WantedTask {
  const kinds = [
    () => profiled(number, 1),
    () => profiled(number, WIDE_COLUMNS),
    () => slept(sleepSeconds(number, random, sleeps)),
    () => slept(sleepSeconds(number, random, sleeps)),
    () => slept(number * MILLIONTH),
    failingOnce,
    failingAlways,
    failingForGood,
  ] as const;
  const kind = kinds[Math.floor(random.fraction() * kinds.length)] ?? failingOnce;
  return kind();
}

/** Seconds of a sleep that no other number has. */
export function sleepSeconds(number: number, random: Random, { longestSeconds }: Sleeps): number {
  return Math.floor(random.fraction() * longestSeconds * 10) / 10 + number * MILLIONTH;
}

/** A task that sleeps for `seconds`, which its output tells. */
export function slept(seconds: number): WantedTask {
  return succeeding('sleep', { seconds }, () => v.strictObject({ seconds: v.literal(seconds) }));
}

function profiled(number: number, columns: number): WantedTask {
  const names = Array.from({ length: columns }, (_, index) => `column ${index}`);
  const csv = `${names.join(',')}\n${names.map(() => number).join(',')}\n`;
  const column = v.looseObject({ min: v.literal(number), max: v.literal(number) });
  return succeeding('csv-profile', { csv }, () =>
    v.object({ rowCount: v.literal(1), columns: v.pipe(v.array(column), v.length(columns)) }),
  );
}

function failingOnce(): WantedTask {
  return succeeding('fails-once', {}, ({ attempt }) =>
    v.strictObject({ attempt: v.pipe(v.literal(attempt), v.minValue(2)) }),
  );
}

function failingAlways(): WantedTask {
  return failing('always-fails', 2, ({ error, attempt }) => error?.code === 'action-failed' && attempt === 2);
}

function failingForGood(): WantedTask {
  return failing('permanent', 3, ({ error }) => error?.code === 'card-declined');
}

function succeeding(
  action: string,
  input: unknown,
  schemaOfOutput: (task: TaskView) => v.GenericSchema,
): WantedTask {
  return {
    action,
    input,
    maxAttempts: 3,
    hasRightEnd: (task) => task.finalStatus === 'succeeded' && v.is(schemaOfOutput(task), task.output),
  };
}

function failing(action: string, maxAttempts: number, isRight: (task: TaskView) => boolean): WantedTask {
  return {
    action,
    input: {},
    maxAttempts,
    hasRightEnd: (task) => task.finalStatus === 'failed' && isRight(task),
  };
}
