import { bodyOf } from '../../shared/task/queue.ts';
import type { TaskQueue } from '../../shared/task/queue.ts';
import type { TaskKey } from '../../shared/task/task.ts';
import type { SimProcess, Universe } from './sim-process.ts';

/** A message that was delivered. */
export interface Delivered {
  readonly messageId: string;
  readonly receipt: string;
  readonly body: string;
  readonly receiveCount: number;
}

/** A queue that delivers at least once, in no order, as SQS does. */
export interface MessageQueue {
  send(body: string, delayMs: number): void;
  /** Takes up to `max` visible messages, each hidden from now on; what was received too often goes to the dead letters. */
  receive(max: number): readonly Delivered[];
  delete(receipt: string): void;
  /** How many messages are in it, visible or not. */
  size(): number;
  /** The queue as a process reaches it. */
  queueFor(process: SimProcess): Pick<TaskQueue, 'send' | 'setVisibility' | 'countWaiting'>;
}

interface Message {
  readonly messageId: string;
  readonly body: string;
  visibleAt: number;
  receiveCount: number;
  receipt: string;
}

/** What a queue is told when it is made. */
export interface QueueSettings {
  readonly visibilityMs: number;
  readonly maxReceiveCount: number;
  /** Where a message goes that was received too often. */
  onDead(body: string): void;
  /** Called whenever a message will be visible at a moment. */
  onVisible(time: number): void;
}

/** Makes an empty queue. */
export function createMessageQueue(universe: Universe, settings: QueueSettings): MessageQueue {
  const { engine, chance, faults } = universe;
  const messages = new Set<Message>();
  const byReceipt = new Map<string, Message>();
  let count = 0;

  function show(message: Message, time: number): void {
    message.visibleAt = time;
    settings.onVisible(time);
  }

  function put(body: string, delayMs: number): Message {
    count += 1;
    const message = { messageId: `m${count}`, body, visibleAt: 0, receiveCount: 0, receipt: '' };
    messages.add(message);
    show(message, engine.now() + delayMs);
    return message;
  }

  function take(message: Message): readonly Delivered[] {
    if (message.receiveCount >= settings.maxReceiveCount) {
      messages.delete(message);
      settings.onDead(message.body);
      return [];
    }
    count += 1;
    const { receipt: former } = message;
    message.receiveCount += 1;
    message.receipt = `r${count}`;
    byReceipt.set(message.receipt, message);
    // An older receipt may or may not be good for anything: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
    if (!faults.happens('old receipt deletes')) byReceipt.delete(former);
    const twice = faults.happens('delivered twice');
    show(message, engine.now() + (twice ? chance.between(0, 3000) : settings.visibilityMs));
    const { messageId, receipt, body, receiveCount } = message;
    return [{ messageId, receipt, body, receiveCount }];
  }

  return {
    send: put,
    size: () => messages.size,
    receive(max) {
      const visible = [...messages].filter(({ visibleAt }) => visibleAt <= engine.now());
      const taken: Delivered[] = [];
      while (visible.length > 0 && taken.length < max) {
        const [message] = visible.splice(chance.between(0, visible.length - 1), 1);
        if (message !== undefined) taken.push(...take(message));
      }
      return taken;
    },
    delete(receipt) {
      const message = byReceipt.get(receipt);
      if (message === undefined) return;
      byReceipt.delete(receipt);
      if (faults.happens('delivered after deletion')) show(message, engine.now() + chance.between(0, 60_000));
      else messages.delete(message);
    },
    queueFor: (process) => ({
      send(key: TaskKey, { delaySeconds = 0 } = {}) {
        const apply = async () => void put(bodyOf(key), delaySeconds * 1000);
        universe.recorder.check(
          'I18',
          delaySeconds >= 0 && delaySeconds <= 900,
          key.id,
          () => `sent with a delay of ${delaySeconds} s`,
        );
        return process.call({ service: 'queue', step: 'send', reads: false, about: key.id, apply });
      },
      setVisibility(receipt, seconds) {
        const apply = async () => {
          const message = byReceipt.get(receipt);
          if (message !== undefined) show(message, engine.now() + seconds * 1000);
        };
        return process.call({ service: 'queue', step: 'set visibility', reads: false, about: '', apply });
      },
      countWaiting() {
        const apply = async () => [...messages].filter(({ visibleAt }) => visibleAt <= engine.now()).length;
        return process.call({ service: 'queue', step: 'count waiting', reads: true, about: '', apply });
      },
    }),
  };
}
