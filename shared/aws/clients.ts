import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';

/** A request is sent up to 4 times in all: with the SDK's pauses, a second of throttling passes unseen. */
const maxAttempts = 4;
/** A healthy answer takes milliseconds; waiting longer than this for one only holds up the caller. */
const requestHandler = { connectionTimeout: 1000, requestTimeout: 3000 } as const;

/** A DynamoDB client with this project's timeouts; region, endpoint and credentials come from the environment. */
export function createDynamoClient(): DynamoDBClient {
  return new DynamoDBClient({ maxAttempts, requestHandler });
}

/**
 * An SQS client with this project's timeouts; region, endpoint and credentials come from the environment. It sends to the
 * region's endpoint, not to the queue URL's host, so that one setting decides where requests go.
 */
export function createSqsClient(): SQSClient {
  return new SQSClient({ maxAttempts, requestHandler, useQueueUrlAsEndpoint: false });
}
