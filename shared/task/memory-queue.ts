import type { Clock } from './clock.ts';
import { bodyOf } from './queue.ts';
import type { TaskQueue } from './queue.ts';

interface Message {
  readonly body: string;
  visibleAt: number;
  receiveCount: number;
  /** Of the newest delivery; an older one's no longer counts. */
  receipt: string;
}

/** How long a delivery hides its message by default, in seconds: SQS's own default. */
const DEFAULT_VISIBILITY_SECONDS = 30;

/** A queue in this process's memory. Everything in it is gone when the process ends; waiting for messages keeps no process alive, but delayed messages do. */
export function createMemoryQueue(options: {
  readonly clock: Clock;
  /** How long a delivery hides its message. @default 30 */
  readonly visibilitySeconds?: number;
}): TaskQueue {
  const { clock, visibilitySeconds = DEFAULT_VISIBILITY_SECONDS } = options;
  const messages = new Set<Message>();
  const delivered = new Map<string, Message>();
  let deliveries = 0;
  let changed = new AbortController();

  /** Wakes every waiting `receive`, which looks again. */
  function announce(): void {
    const before = changed;
    changed = new AbortController();
    before.abort();
  }

  function take(max: number): Message[] {
    const visible = [...messages].filter((message) => message.visibleAt <= clock.now()).slice(0, max);
    for (const message of visible) {
      deliveries += 1;
      delivered.delete(message.receipt);
      message.receipt = `receipt-${deliveries}`;
      delivered.set(message.receipt, message);
      message.receiveCount += 1;
      message.visibleAt = clock.now() + visibilitySeconds * 1000;
    }
    return visible;
  }

  return {
    maxWaitSeconds: Number.POSITIVE_INFINITY,

    async send(key, { delaySeconds = 0 } = {}) {
      const visibleAt = clock.now() + delaySeconds * 1000;
      messages.add({ body: bodyOf(key), visibleAt, receiveCount: 0, receipt: '' });
      announce();
    },

    async receive({ max, waitSeconds, signal }) {
      const until = clock.now() + waitSeconds * 1000;
      for (;;) {
        const taken = take(max);
        if (taken.length > 0 || clock.now() >= until || signal?.aborted === true) {
          return taken.map(({ body, receipt, receiveCount }) => ({ body, receipt, receiveCount }));
        }
        const next = Math.min(until, ...[...messages].map(({ visibleAt }) => visibleAt));
        const wake = signal === undefined ? changed.signal : AbortSignal.any([changed.signal, signal]);
        await clock.sleep(Math.max(0, next - clock.now()), wake);
      }
    },

    countWaiting: async () => [...messages].filter(({ visibleAt }) => visibleAt <= clock.now()).length,

    async delete(receipt) {
      const message = delivered.get(receipt);
      if (message === undefined) return;
      delivered.delete(receipt);
      messages.delete(message);
      announce();
    },

    async setVisibility(receipt, seconds) {
      const message = delivered.get(receipt);
      if (message === undefined) return;
      message.visibleAt = clock.now() + seconds * 1000;
      announce();
    },
  };
}
