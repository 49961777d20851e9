import { inTransaction, lowerReceiveCount } from './queue-persistence.ts';
import type { FauxqsApp, Queue, ReceivedMessage, Store } from './fauxqs-internals.ts';
import { type SqsInput, operationOf } from './sqs-messages.ts';

interface ReceiveAnswer {
  Messages?: ReceivedMessage[];
}

/**
 * Completes ReceiveMessage: the trace header among the attributes, and messages that nobody is left to take go back
 * to the queue, or a poller that was stopped would hide one for the whole visibility timeout.
 */
export function addReceiveHooks(app: FauxqsApp, store: Store): void {
  app.addHook<ReceiveAnswer, { Body: SqsInput | undefined }>(
    'preSerialization',
    async (request, reply, answer) => {
      if (operationOf(request.headers) !== 'ReceiveMessage') return answer;
      const input = request.body ?? {};
      const queue = store.getQueue(input.QueueUrl ?? '');
      const received = answer.Messages ?? [];
      if (queue === undefined || received.length === 0) return answer;
      if (wantsTraceHeader(input)) for (const message of received) addTraceHeader(queue, message);

      const { raw } = reply;
      if (raw.destroyed) giveBack(queue, received);
      raw.once('close', () => {
        if (!raw.writableFinished) giveBack(queue, received);
      });
      return answer;
    },
  );
}

function wantsTraceHeader(input: SqsInput): boolean {
  const names = new Set([...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]);
  return names.has('All') || names.has('AWSTraceHeader');
}

function addTraceHeader(queue: Queue, received: ReceivedMessage): void {
  const header = queue.inflightMessages.get(received.ReceiptHandle)?.message.traceHeader;
  if (header !== undefined) received.Attributes = { ...received.Attributes, AWSTraceHeader: header };
}

/** As if they had not been received. Harmless when it was done before. */
function giveBack(queue: Queue, received: readonly ReceivedMessage[]): void {
  for (const { ReceiptHandle } of received) {
    const entry = queue.inflightMessages.get(ReceiptHandle);
    if (entry === undefined) continue;
    inTransaction(queue.persistence, () => {
      entry.message.approximateReceiveCount -= 1;
      if (queue.persistence !== undefined) lowerReceiveCount(queue.persistence, entry.message.messageId);
      queue.changeVisibility(ReceiptHandle, 0);
    });
  }
}
