import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { expect, vi } from 'vitest';
import { connect, receive } from '../sqs/local-queues.ts';
import { connectBuses } from './local-bus.ts';

/** Clients of a stack of the event fixture. */
export interface StackClients {
  /** Puts an event of the shop on the bus `orders`, and resolves when it is acknowledged. */
  readonly put: (detail: object) => Promise<void>;
  /** The JSON of the messages that a queue has, once there is one; they are hidden then. The queue is named by its logical id. */
  readonly messages: (queue: string) => Promise<readonly unknown[]>;
  /** The same, of a queue that may have none. */
  readonly messagesNow: (queue: string) => Promise<readonly unknown[]>;
}

/** Finds the addresses in what the stack printed. */
export function stackClients(lines: readonly string[]): StackClients {
  const addresses = lines.map((line) => line.split(' '));
  const [, busUrl = ''] =
    addresses.find(([service, , name]) => service === 'events' && name === 'orders') ?? [];
  const [, sqsUrl = ''] = addresses.find(([service]) => service === 'sqs') ?? [];
  const events = connectBuses(busUrl);
  const sqs = connect(sqsUrl);
  const messagesNow = async (queue: string): Promise<readonly unknown[]> => {
    const [, , url = ''] = addresses.find(([, , name]) => name?.endsWith(`/Fixture-${queue}`)) ?? [];
    return (await receive(sqs, url)).map(({ Body = '' }) => JSON.parse(Body));
  };
  return {
    async put(detail) {
      const Entries = [
        { Source: 'shop', DetailType: 'Order', Detail: JSON.stringify(detail), EventBusName: 'orders' },
      ];
      expect((await events.send(new PutEventsCommand({ Entries }))).FailedEntryCount).toBe(0);
    },
    messagesNow,
    messages: (queue) =>
      vi.waitFor(
        async () => {
          const messages = await messagesNow(queue);
          expect(messages).not.toEqual([]);
          return messages;
        },
        { timeout: 20_000, interval: 50 },
      ),
  };
}
