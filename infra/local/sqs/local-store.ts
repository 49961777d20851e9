import type { FauxqsInternals, Message, Queue, Store } from './fauxqs-internals.ts';
import { restoreExtras } from './message-extras.ts';
import { inTransaction } from './queue-persistence.ts';

/** The account in every queue's URL and ARN. */
const ACCOUNT = '000000000000';

/** fauxqs's store with queue URLs of our making, and with queues that keep SQS's rules where fauxqs's do not. */
export function createLocalStore(fauxqs: FauxqsInternals, origin: () => string): Store {
  class LocalStore extends fauxqs.SqsStore {
    /** Independent of the Host header, and of the port by which the data was written. */
    override buildQueueUrl(name: string): string {
      return queueUrl(origin(), name);
    }

    override createQueue(
      name: string,
      _url: string,
      arn: string,
      attributes?: Record<string, string>,
      tags?: Record<string, string>,
    ): Queue {
      const queue = super.createQueue(name, this.buildQueueUrl(name), arn, attributes, tags);
      keepRules(queue);
      return queue;
    }
  }
  return new LocalStore();
}

/** The URL of a queue at an origin such as `http://127.0.0.1:4566`. */
export function queueUrl(origin: string, name: string): string {
  return `${origin}/${ACCOUNT}/${name}`;
}

function keepRules(queue: Queue): void {
  const enqueue = queue.enqueue.bind(queue);
  queue.enqueue = (message) => {
    restoreExtras(message);
    enqueue(message);
  };
  const dequeue = queue.dequeue.bind(queue);
  queue.dequeue = (...request) =>
    // One transaction, or a death between the two steps of a redrive would lose the message.
    inTransaction(queue.persistence, () => {
      dropTooOld(queue, Date.now());
      return dequeue(...request);
    });
}

/** Enforces the queue's retention; a message in flight is left until it comes back. */
function dropTooOld(queue: Queue, nowMs: number): void {
  const oldest = nowMs - Number(queue.attributes['MessageRetentionPeriod']) * 1000;
  const isKept = (message: Message): boolean => {
    if (message.sentTimestamp >= oldest) return true;
    queue.persistence?.deleteMessage(message.messageId);
    return false;
  };
  queue.messages = queue.messages.filter(isKept);
  queue.delayedMessages = queue.delayedMessages.filter(isKept);
}
