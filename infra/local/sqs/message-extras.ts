import type { Message } from './fauxqs-internals.ts';
import type { SqsInput } from './sqs-messages.ts';

/** What fauxqs forgets of a message that is sent to a standard queue. */
interface MessageExtras {
  readonly messageGroupId: string | undefined;
  readonly traceHeader: string | undefined;
}

/**
 * Carries them past fauxqs's handlers, which drop them: by the attributes object, which the handlers hand on from the
 * request to the message as it is. They must be there before the message can be seen, as a receiver may be waiting.
 */
const extrasOf = new WeakMap<object, MessageExtras>();

/** Notes what a message to send has beside what fauxqs takes over. Gives it an attributes object if it has none. */
export function noteExtras(entry: SqsInput): void {
  entry.MessageAttributes ??= {};
  extrasOf.set(entry.MessageAttributes, {
    messageGroupId: entry.MessageGroupId,
    traceHeader: entry.MessageSystemAttributes?.AWSTraceHeader?.StringValue,
  });
}

/** Gives a message what was noted when it was sent. */
export function restoreExtras(message: Message): void {
  const extras = extrasOf.get(message.messageAttributes);
  if (extras === undefined) return;
  message.messageGroupId ??= extras.messageGroupId;
  message.traceHeader ??= extras.traceHeader;
}
