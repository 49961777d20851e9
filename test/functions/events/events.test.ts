import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from 'vitest';
import { createEvents } from '../../../functions/events/events.ts';
import { itemOf } from '../../../shared/aws/row-attributes.ts';
import { UnavailableError } from '../../../shared/task/errors.ts';
import type { PutOutcome } from '../../../shared/task/event-bus.ts';
import { createMemoryStorage } from '../../../shared/task/memory-storage.ts';
import type { TaskRow } from '../../../shared/task/task-row.ts';
import { NOW, endedRow, newRow } from '../../contracts/rows.ts';
import { lambdaContext } from '../../fakes/lambda-events.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';
import { createMemoryBus } from '../../fakes/memory-bus.ts';
import { createMemoryDeadEvents } from '../../fakes/memory-dead-events.ts';
import { createMemoryLogger } from '../../fakes/memory-logger.ts';

const accepted: PutOutcome = { kind: 'accepted' };
const busy: PutOutcome = { kind: 'failed', code: 'ThrottlingException', message: 'busy' };
const malformed: PutOutcome = { kind: 'refused', code: 'MalformedDetail', message: 'no JSON' };

function createWorld(decide: (subject: unknown, call: number) => PutOutcome = () => accepted) {
  const clock = createManualClock(NOW);
  const parts = {
    storage: createMemoryStorage(),
    bus: createMemoryBus(decide),
    unsent: createMemoryDeadEvents(),
    logger: createMemoryLogger(),
  };
  return {
    ...parts,
    invoke(event: unknown, other: Partial<typeof parts> = {}, remainingMs = 60_000) {
      const settings = { source: 'urn:task-system:tasks', apiUrl: 'https://example.com/v1' };
      const handler = createEvents({ ...parts, ...settings, clock, ...other });
      return clock.advanceUntil(handler(event, lambdaContext(remainingMs)));
    },
  };
}

/** A record for the write that left the row as it is, or another image. */
function recordOf(sequence: number, row: TaskRow, image: unknown = marshall(itemOf(row))) {
  const Keys = { pk: { S: `default/${row.id}` }, sk: { S: 'task' } };
  return {
    eventName: 'MODIFY',
    dynamodb: { SequenceNumber: String(sequence), Keys, ...(image !== undefined && { NewImage: image }) },
  };
}

const batchOf = (...ids: readonly string[]) => ({
  Records: ids.map((id, index) => recordOf(index + 1, endedRow({ id }))),
});
const subjects = ({ bus }: ReturnType<typeof createWorld>) =>
  bus.accepted.map(({ detail }) => detail['subject']);
const none = { batchItemFailures: [] };

describe('I14: every final status yields an event', () => {
  test('with one call for ten of them', async () => {
    const world = createWorld();
    const ids = Array.from({ length: 23 }, (_, index) => `task ${index}`);
    expect(await world.invoke(batchOf(...ids))).toEqual(none);
    expect(subjects(world)).toEqual(ids);
    expect(world.bus.calls).toEqual([10, 10, 3]);
    expect(world.logger.lines).toEqual([]);
  });

  test('with the same id when the batch comes again', async () => {
    const world = createWorld();
    await world.invoke(batchOf('1'));
    await world.invoke(batchOf('1'));
    const [first, second] = world.bus.accepted;
    expect(first).toEqual(second);
  });

  test('and what is no final status yields none: an open task, a payload row, a removal', async () => {
    const world = createWorld();
    const row = newRow();
    const payload = marshall({ pk: 'default/1', sk: 'output/1', json: '1' });
    const event = { Records: [recordOf(1, row), recordOf(2, row, payload), recordOf(3, row, undefined)] };
    delete event.Records[2]?.dynamodb.NewImage;
    expect(await world.invoke(event)).toEqual(none);
    expect(world.bus.calls).toEqual([]);
    expect(world.unsent.kept).toEqual([]);
  });
});

describe('when the bus fails', () => {
  test('only what failed is put again, soon', async () => {
    const world = createWorld((subject, call) => (subject === '2' && call < 3 ? busy : accepted));
    expect(await world.invoke(batchOf('1', '2', '3'))).toEqual(none);
    expect(subjects(world)).toEqual(['1', '3', '2']);
    expect(world.bus.calls).toEqual([3, 1, 1]);
  });

  test('for three tries, the batch comes again from the first that failed, and nothing behind its ten is put', async () => {
    const world = createWorld((subject) => (subject === '12' || subject === '14' ? busy : accepted));
    const ids = Array.from({ length: 25 }, (_, index) => String(index + 1));
    expect(await world.invoke(batchOf(...ids))).toEqual({ batchItemFailures: [{ itemIdentifier: '12' }] });
    expect(world.bus.calls).toEqual([10, 10, 2, 2]);
    expect(subjects(world)).not.toContain('21');
    expect(world.logger.lines).toMatchObject([{ level: 'warn', count: 2 }]);
  });

  test('near the end of its time, no further try is begun', async () => {
    const world = createWorld(() => busy);
    expect(await world.invoke(batchOf('1'), {}, 9000)).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }],
    });
    expect(world.bus.calls).toEqual([1]);
  });
});

describe('what can never be put', () => {
  test('is kept with the reason, and holds up nobody', async () => {
    const world = createWorld((subject) => (subject === '2' ? malformed : accepted));
    expect(await world.invoke(batchOf('1', '2', '3'))).toEqual(none);
    expect(subjects(world)).toEqual(['1', '3']);
    expect(world.unsent.kept).toMatchObject([
      { event: { specversion: '1.0', subject: '2' }, fault: { code: 'MalformedDetail', message: 'no JSON' } },
    ]);
    expect(world.logger.lines).toMatchObject([{ level: 'error', code: 'MalformedDetail' }]);
  });

  test.each([
    ['lacks an attribute', { pk: { S: 'default/1' }, sk: { S: 'task' } }],
    ['is no image', 'text'],
    ['has a value of no type', { pk: { X: '1' } }],
  ])('because the row %s is kept by its key', async (_, image) => {
    const world = createWorld();
    const event = {
      Records: [recordOf(1, endedRow({ id: '1' }), image), recordOf(2, endedRow({ id: '2' }))],
    };
    expect(await world.invoke(event)).toEqual(none);
    expect(subjects(world)).toEqual(['2']);
    expect(world.unsent.kept).toMatchObject([
      { event: { pk: { S: 'default/1' } }, fault: { code: 'row-unreadable' } },
    ]);
  });

  test('comes again when it cannot be kept', async () => {
    const world = createWorld((subject) => (subject === '2' ? malformed : accepted));
    const unsent = {
      kept: [],
      keep: () => Promise.reject(new UnavailableError('queue', { cause: new Error('down') })),
    };
    const failed = { batchItemFailures: [{ itemIdentifier: '2' }] };
    expect(await world.invoke(batchOf('1', '2', '3'), { unsent })).toEqual(failed);
    const event = {
      Records: [recordOf(1, endedRow({ id: '1' })), recordOf(2, endedRow({ id: '2' }), 'text')],
    };
    expect(await world.invoke(event, { unsent })).toEqual(failed);
  });
});

test('an output that cannot be read now makes the batch come again from its task', async () => {
  const world = createWorld();
  const storage = {
    ...world.storage,
    getPayloads: () => Promise.reject(new UnavailableError('storage', { cause: new Error('down') })),
  };
  const spilled = recordOf(2, endedRow({ id: '2', output: { ref: 'output/1' } }));
  const event = {
    Records: [recordOf(1, endedRow({ id: '1' })), spilled, recordOf(3, endedRow({ id: '3' }))],
  };
  expect(await world.invoke(event, { storage })).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
  expect(subjects(world)).toEqual(['1', '3']);
});

test.each([
  undefined,
  null,
  {},
  { Records: 'x' },
  { Records: [null] },
  { Records: [{ dynamodb: { Keys: {} } }] },
])('an event that is no batch of a stream is one line in the log, and fails nothing: %j', async (event) => {
  const world = createWorld();
  expect(await world.invoke(event)).toEqual(none);
  expect(world.logger.lines).toMatchObject([{ level: 'error' }]);
});
