import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { setTimeout as pause } from 'node:timers/promises';
import type { BackgroundWork } from '../background-work.ts';
import type { EventSourceDefinition } from '../assembly/read-event-source.ts';
import type { InvocationOutcome } from '../lambda/invocation-outcome.ts';
import type { LocalFunction } from '../lambda/local-function.ts';
import { batchVerdict } from './batch-verdict.ts';
import { gatherBatch } from './gather-batch.ts';
import { deleteMessages, showMessages } from './settle-messages.ts';
import { sqsEvent, type SqsEvent } from './sqs-event.ts';

/** What a poller asks of a function. */
interface BatchTarget extends Pick<LocalFunction, 'whenFree'> {
  /** Never rejects. */
  invoke(event: SqsEvent): Promise<InvocationOutcome>;
  readonly definition: Pick<LocalFunction['definition'], 'label' | 'maxEnvironments'>;
}

/** What a poller works with. */
export interface QueuePollerParts {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly target: BatchTarget;
  readonly print: (line: string) => void;
}

/** After SQS refused a request: it may come back. */
const RETRY_PAUSE_MS = 1000;

/**
 * Hands a queue's messages to a function, as Lambda's event source mapping does: one receive at a time, and only while the mapping's
 * concurrency and the function's environments leave room, so that no receive count rises for want of an environment. A failed batch
 * comes back when its visibility timeout ends; one that the stop cut off is made visible at once.
 */
export function pollQueue(source: EventSourceDefinition, parts: QueuePollerParts): BackgroundWork {
  const { sqs, queueUrl, target, print } = parts;
  const { queueArn, batchSize, windowMs, reportsItemFailures } = source;
  const maxConcurrency = source.maxConcurrency ?? target.definition.maxEnvironments;
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();

  const handOver = async (messages: readonly Message[]): Promise<void> => {
    const outcome = await target.invoke(sqsEvent(messages, queueArn));
    const { succeeded, failure } = batchVerdict(messages, outcome, reportsItemFailures);
    if (signal.aborted && outcome.kind === 'function-error') {
      await showMessages(sqs, queueUrl, messages);
      return;
    }
    if (failure !== undefined) {
      print(`[${target.definition.label}] a batch of ${messages.length} failed, and comes back: ${failure}`);
    }
    await deleteMessages(sqs, queueUrl, succeeded);
  };

  const poll = async (): Promise<void> => {
    while (!signal.aborted) {
      while (running.size >= maxConcurrency) await Promise.race(running);
      await target.whenFree(signal);
      if (signal.aborted) return;
      try {
        const messages = await gatherBatch(sqs, { queueUrl, batchSize, windowMs }, signal);
        if (messages.length === 0) continue;
        const batch = handOver(messages)
          .catch((error: unknown) => print(`[${target.definition.label}] ${String(error)}`))
          .finally(() => running.delete(batch));
        running.add(batch);
      } catch (error) {
        if (signal.aborted) return;
        print(`[${target.definition.label}] its queue is not readable, trying again: ${String(error)}`);
        await pause(RETRY_PAUSE_MS, undefined, { signal }).catch(() => {});
      }
    }
  };
  const polling = poll();

  return {
    stop: () => stopping.abort(),
    async settled() {
      // A loop that waits for a running batch sees the stop only when that batch ends.
      await Promise.all(running);
      await polling;
      await Promise.all(running);
    },
  };
}
