import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { parseBody } from '../../shared/task/queue.ts';
import type { Delivery, TaskQueue } from '../../shared/task/queue.ts';

/** Long enough for anything that is on its way to arrive; a receive returns as soon as it does. */
const LONG = 10;

/** What every queue of tasks must do. `open` gives an empty one whose deliveries hide their message for a minute. */
export function describeTaskQueue(open: () => Promise<TaskQueue>): void {
  let queue: TaskQueue;
  beforeEach(async () => {
    queue = await open();
  });

  const key = () => ({ tenant: 'default', id: randomUUID().replaceAll('-', '') });

  async function receiveOne(waitSeconds = LONG): Promise<Delivery> {
    const [delivery] = await queue.receive({ max: 1, waitSeconds });
    if (delivery === undefined) throw new Error('nothing was delivered');
    return delivery;
  }

  describe('a message', () => {
    test('is delivered with its task, counted from one', async () => {
      const sent = key();
      await queue.send(sent, { traceparent: '00-1-2-03' });
      const delivery = await receiveOne();
      expect(parseBody(delivery.body)).toEqual(sent);
      expect(delivery.receiveCount).toBe(1);
    });

    test('carries any tenant', async () => {
      const sent = { ...key(), tenant: 'süd / "ost" '.repeat(20) };
      await queue.send(sent);
      expect(parseBody((await receiveOne()).body)).toEqual(sent);
    });

    test('reaches a receive that is already waiting', async () => {
      const waiting = receiveOne();
      const sent = key();
      await queue.send(sent);
      expect(parseBody((await waiting).body)).toEqual(sent);
    });

    test('is hidden once it was delivered', async () => {
      await queue.send(key());
      await receiveOne();
      expect(await queue.receive({ max: 1, waitSeconds: 0 })).toEqual([]);
    });

    test('comes again, counted on, when its time to be visible has come', async () => {
      await queue.send(key());
      const first = await receiveOne();
      await queue.setVisibility(first.receipt, 1);
      const second = await receiveOne();
      expect(second.receiveCount).toBe(2);
      expect(second.body).toBe(first.body);
      await queue.setVisibility(second.receipt, 0);
      expect((await receiveOne()).receiveCount).toBe(3);
    });

    test('is gone once it was deleted', async () => {
      await queue.send(key());
      const { receipt } = await receiveOne();
      await queue.setVisibility(receipt, 0);
      const again = await receiveOne();
      await queue.delete(again.receipt);
      expect(await queue.receive({ max: 1, waitSeconds: 0 })).toEqual([]);
    });

    test('is delivered after its delay, not before', async () => {
      const delayed = key();
      await queue.send(delayed, { delaySeconds: 1 });
      const prompt = key();
      await queue.send(prompt);
      expect(parseBody((await receiveOne()).body)).toEqual(prompt);
      expect(parseBody((await receiveOne()).body)).toEqual(delayed);
    });
  });

  test('messages that wait are counted, without those that are hidden or delayed', async () => {
    expect(await queue.countWaiting()).toBe(0);
    await queue.send(key());
    await queue.send(key());
    await queue.send(key(), { delaySeconds: 60 });
    expect(await queue.countWaiting()).toBe(2);
    await receiveOne();
    expect(await queue.countWaiting()).toBe(1);
  });

  test('deleting twice, and hiding what is gone, is no error', async () => {
    await queue.send(key());
    const { receipt } = await receiveOne();
    await queue.delete(receipt);
    await expect(queue.delete(receipt)).resolves.toBeUndefined();
    await expect(queue.setVisibility(receipt, 5)).resolves.toBeUndefined();
  });

  test('a receive takes several messages, each once', async () => {
    const sent = Array.from({ length: 5 }, key);
    for (const one of sent) await queue.send(one);
    const received: Delivery[] = [];
    while (received.length < sent.length)
      received.push(...(await queue.receive({ max: 10, waitSeconds: LONG })));
    const ids = received.map(({ body }) => parseBody(body)?.id ?? '');
    expect(ids.toSorted()).toEqual(sent.map(({ id }) => id).toSorted());
    expect(new Set(received.map(({ receipt }) => receipt)).size).toBe(5);
  });

  test('a receive that is aborted returns nothing, at once', async () => {
    const abort = new AbortController();
    const waiting = queue.receive({ max: 1, waitSeconds: LONG, signal: abort.signal });
    abort.abort();
    expect(await waiting).toEqual([]);
    expect(await queue.receive({ max: 1, waitSeconds: LONG, signal: abort.signal })).toEqual([]);
  });
}
