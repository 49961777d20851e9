import { beforeEach, describe, expect, test } from 'vitest';
import { endedEvent, isEnded } from '../../../shared/events/ended-event.ts';
import { createMemoryStorage } from '../../../shared/task/memory-storage.ts';
import type { TaskRow } from '../../../shared/task/task-row.ts';
import { endedRow, error, newRow } from '../../contracts/rows.ts';

const storage = createMemoryStorage();
const dependencies = { storage, source: 'urn:task-system:tasks', apiUrl: 'https://example.com/v1' };
const stoppedAt = Date.UTC(2026, 0, 1, 0, 0, 2, 345);

const ended = endedRow({ id: 'a'.repeat(32), tenant: 'acme', stoppedAt, expiresAt: stoppedAt + 655 });

async function eventOf(members: Partial<TaskRow>) {
  const row = { ...ended, ...members };
  if (!isEnded(row)) throw new Error('The row is not one of an ended task.');
  const event = await endedEvent(dependencies, row);
  return { ...event, detail: JSON.parse(event.detail) };
}

describe('the event of a task that succeeded', () => {
  test('is a CloudEvent whose data is the task as the API shows it, with its output and without its input', async () => {
    expect(await eventOf({ output: { json: '{"sum":42}' } })).toEqual({
      type: 'task succeeded',
      time: stoppedAt,
      detail: {
        specversion: '1.0',
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        source: 'urn:task-system:tasks',
        type: 'task-system.task.succeeded',
        subject: 'a'.repeat(32),
        time: '2026-01-01T00:00:02.345Z',
        tenant: 'acme',
        datacontenttype: 'application/json',
        data: {
          id: 'a'.repeat(32),
          action: 'sleep',
          activeStatus: 'stopped',
          finalStatus: 'succeeded',
          attempt: 1,
          createdAt: '2026-01-01T00:00:00.000Z',
          stoppedAt: '2026-01-01T00:00:02.345Z',
          deadlineAt: '2026-01-02T00:00:00.000Z',
          expiresAt: '2026-01-01T00:00:03.000Z',
          output: { sum: 42 },
        },
      },
    });
  });

  test('has no output when the action returned nothing, and nowhere to fetch one', async () => {
    const { data } = (await eventOf({})).detail;
    expect(data).not.toHaveProperty('output');
    expect(data).not.toHaveProperty('outputUrl');
  });

  test.each(['1e20', '-9223372036854775808', '{"a":[12345678901234567890]}'])(
    'tells where to fetch an output with an integer that EventBridge does not take: %s',
    async (json) => {
      const { data } = (await eventOf({ output: { json } })).detail;
      expect(data).not.toHaveProperty('output');
      expect(data).toHaveProperty('outputUrl');
    },
  );

  test('carries the largest integers and numbers that EventBridge takes', async () => {
    const json = '[9007199254740991,1.5e3,"12345678901234567890"]';
    expect((await eventOf({ output: { json } })).detail.data.output).toEqual(JSON.parse(json));
  });

  describe('whose output has a row of its own', () => {
    const ref = 'output/1';
    beforeEach(() => storage.putPayload(ended, ref, JSON.stringify('x'.repeat(64 * 1024 - 2)), stoppedAt));

    test('carries an output of 64 KiB', async () => {
      const { data } = (await eventOf({ output: { ref } })).detail;
      expect(data.output).toHaveLength(64 * 1024 - 2);
      expect(data).not.toHaveProperty('outputUrl');
    });

    test('tells where to fetch a larger one', async () => {
      await storage.putPayload(ended, ref, JSON.stringify('x'.repeat(64 * 1024 - 1)), stoppedAt);
      const { data } = (await eventOf({ output: { ref } })).detail;
      expect(data).not.toHaveProperty('output');
      expect(data.outputUrl).toBe(`https://example.com/v1/tasks/${'a'.repeat(32)}`);
    });

    test('tells of the end though somebody deleted that row', async () => {
      const { data } = (await eventOf({ output: { ref: 'output/gone' } })).detail;
      expect(data).toMatchObject({
        finalStatus: 'succeeded',
        outputUrl: expect.stringContaining('https://'),
      });
    });
  });
});

test('the event of a task that failed has its error', async () => {
  const { type, detail } = await eventOf({ finalStatus: 'failed', error });
  expect(type).toBe('task failed');
  expect(detail).toMatchObject({ type: 'task-system.task.failed', data: { finalStatus: 'failed', error } });
});

test('the event of a cancelled task is of a type of its own', async () => {
  expect(await eventOf({ finalStatus: 'cancelled' })).toMatchObject({
    type: 'task cancelled',
    detail: { type: 'task-system.task.cancelled', data: { finalStatus: 'cancelled' } },
  });
});

describe('I14: the id of the event', () => {
  const idOf = async (members: Partial<TaskRow>): Promise<unknown> => (await eventOf(members)).detail.id;

  test('is the same each time, whatever the row holds beside', async () => {
    expect(await idOf({ version: 9 })).toBe(await idOf({}));
  });

  test('is another for another task, another tenant, and a key that is used again later', async () => {
    const ids = await Promise.all([
      idOf({}),
      idOf({ id: 'b'.repeat(32) }),
      idOf({ tenant: 'default' }),
      idOf({ createdAt: ended.createdAt + 1 }),
    ]);
    expect(new Set(ids).size).toBe(4);
  });
});

test('an open task has no such event', () => {
  expect(isEnded(newRow())).toBe(false);
});
