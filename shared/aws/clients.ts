import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';

/** A request is sent up to 3 times in all; the longest way through the api, four requests that all fail, then ends within its 29 s. */
const maxAttempts = 3;
/**
 * A healthy answer takes milliseconds; waiting longer than this for one only holds up the caller. Without
 * `throwOnRequestTimeout` the SDK's handler only warns, and waits for ever.
 */
const requestHandler = {
  connectionTimeout: 1000,
  requestTimeout: 2000,
  throwOnRequestTimeout: true,
} as const;

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

/** An EventBridge client with this project's timeouts; region, endpoint and credentials come from the environment. */
export function createEventBridgeClient(): EventBridgeClient {
  return new EventBridgeClient({ maxAttempts, requestHandler });
}
