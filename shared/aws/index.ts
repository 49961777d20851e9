/** `task-system/aws`: the storage in DynamoDB and the queue in SQS, for the library's configuration. */
export { createDynamoClient, createSqsClient } from './clients.ts';
export { createDynamoStorage } from './dynamo-storage.ts';
export { createSqsQueue } from './sqs-queue.ts';
