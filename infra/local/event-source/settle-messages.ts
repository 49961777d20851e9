import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type BatchResultErrorEntry,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** The most entries of one SQS batch. */
const MAX_ENTRIES = 10;

/**
 * Deletes messages. A message that could not be deleted comes back, as in AWS.
 *
 * @throws whatever SQS answers to a whole batch.
 */
export async function deleteMessages(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly Message[],
): Promise<void> {
  await inBatches(messages, (entries) =>
    sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries })),
  );
}

/** Makes messages visible at once, so that whoever polls next gets them. */
export async function showMessages(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly Message[],
): Promise<void> {
  await inBatches(messages, (entries) =>
    sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
      }),
    ),
  );
}

interface Entry {
  readonly Id: string;
  readonly ReceiptHandle: string | undefined;
}

async function inBatches(
  messages: readonly Message[],
  send: (entries: Entry[]) => Promise<{ Failed?: BatchResultErrorEntry[] | undefined }>,
): Promise<void> {
  for (let start = 0; start < messages.length; start += MAX_ENTRIES) {
    const part = messages.slice(start, start + MAX_ENTRIES);
    const { Failed = [] } = await send(
      part.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    );
    const [failed] = Failed;
    if (failed !== undefined)
      throw new Error(`SQS kept ${Failed.length} messages: ${failed.Message ?? failed.Code}`);
  }
}
