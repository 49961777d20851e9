import { CreateQueueCommand, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueDefinition } from '../assembly/read-queue.ts';

/**
 * Makes the queues exist with their definitions' attributes. A queue that is there already keeps its messages.
 *
 * @throws whatever SQS answers.
 */
export async function createQueues(sqs: SQSClient, queues: readonly QueueDefinition[]): Promise<void> {
  const urls = new Map<string, string>();
  for (const { name } of queues) {
    // Without attributes, which would have to equal an older queue's.
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    if (QueueUrl !== undefined) urls.set(name, QueueUrl);
  }
  // Now every dead-letter queue that a redrive policy names exists.
  for (const { name, attributes } of queues) {
    if (Object.keys(attributes).length === 0) continue;
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: urls.get(name), Attributes: { ...attributes } }),
    );
  }
}
