import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeApi } from '../../../../shared/http/openapi/describe-api.ts';
import { representTask } from '../../../../shared/http/representation.ts';
import {
  statusCancelled,
  statusFailed,
  statusStarted,
  statusStopped,
  statusSucceeded,
} from '../../../../shared/task/task.ts';
import type { Task } from '../../../../shared/task/task.ts';
import { answerChecker } from '../../../fakes/answer-checker.ts';

const time = fc.integer({ min: 0, max: 4e12 });
const text = fc.string();
const ofEvery = {
  tenant: text,
  id: text,
  action: text,
  input: fc.jsonValue(),
  attempt: fc.nat(),
  createdAt: time,
  deadlineAt: time,
  version: fc.nat(),
} as const;
const optional = {
  startAt: time,
  attemptStartedAt: time,
  cancelRequested: fc.constant(true),
  retryOf: text,
} as const;
const error = fc.record({
  name: text,
  message: text,
  code: text,
  retryable: fc.boolean(),
  attempt: fc.nat(),
});
const progress = fc.record(
  { percent: fc.integer({ min: 0, max: 100 }), message: text },
  { requiredKeys: ['percent'] },
);
const ended = {
  ...ofEvery,
  activeStatus: fc.constant(statusStopped),
  stoppedAt: time,
  expiresAt: time,
} as const;

/** Objects with all of the members of `always`, and some of those of `sometimes`. */
function members<const Always extends object, const Sometimes extends object>(
  always: { [Name in keyof Always]: fc.Arbitrary<Always[Name]> },
  sometimes: { [Name in keyof Sometimes]: fc.Arbitrary<Sometimes[Name]> },
) {
  return fc
    .tuple(fc.record(always), fc.record(sometimes, { requiredKeys: [] }))
    .map(([some, more]) => Object.assign({}, some, more));
}

const tasks: fc.Arbitrary<Task> = fc.oneof(
  members(
    {
      ...ofEvery,
      activeStatus: fc.constantFrom(statusStarted, statusStopped),
      finalStatus: fc.constant(null),
    },
    { ...optional, progress, error },
  ),
  members({ ...ended, finalStatus: fc.constant(statusSucceeded) }, { ...optional, output: fc.jsonValue() }),
  members({ ...ended, finalStatus: fc.constant(statusFailed), error }, optional),
  members({ ...ended, finalStatus: fc.constant(statusCancelled) }, optional),
);

const check = answerChecker(describeApi([]));
const headers = { 'content-type': 'application/json', etag: '"x"' };

test('every task that there may be is described, with exactly its members', () => {
  fc.assert(
    fc.property(tasks, (task) => {
      const body = JSON.stringify(representTask(task));
      expect(() => check('fetchTask', { status: 200, headers, body })).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});

test('a listed task has neither input nor output', () => {
  fc.assert(
    fc.property(tasks, (task) => {
      const { input: _input, output: _output, ...listed } = representTask(task);
      const page = (shown: unknown): string => JSON.stringify({ tasks: [shown], nextCursor: 'x' });
      const answer = { status: 200, headers: { 'content-type': 'application/json' } };
      check('listTasks', { ...answer, body: page(listed) });
      expect(() => check('listTasks', { ...answer, body: page({ ...listed, input: 1 }) })).toThrow(
        '/tasks/0',
      );
    }),
    { numRuns: 200 },
  );
});

test('what no task is, is not described', () => {
  const task = {
    id: 'x',
    action: 'sleep',
    activeStatus: statusStarted,
    finalStatus: null,
    attempt: 0,
    createdAt: '2026-11-24T09:30:00.000Z',
    deadlineAt: '2026-11-25T09:30:00.000Z',
    input: {},
  };
  const fetched = (change: object) => () =>
    check('fetchTask', { status: 200, headers, body: JSON.stringify({ ...task, ...change }) });
  expect(fetched({})).not.toThrow();
  for (const change of [
    { finalStatus: statusSucceeded },
    { activeStatus: 'parked' },
    { createdAt: 1_764_000_000_000 },
    { attempt: -1 },
    { output: 1 },
    { cancelRequested: false },
    { stoppedAt: '2026-11-24T09:30:01.000Z' },
    { version: 1 },
    { error: { name: 'Error', message: 'x', code: 'x', retryable: true } },
  ]) {
    expect(fetched(change)).toThrow('fetchTask answered 200 with a body');
  }
});
