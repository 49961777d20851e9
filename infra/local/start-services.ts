import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import path from 'node:path';
import { LOCAL_REGION } from './assembly/local-account.ts';
import { startDynamoDb } from './dynamodb/start-dynamodb.ts';
import type { ServiceUrls } from './lambda/environment-variables.ts';
import { startSqs } from './sqs/start-sqs.ts';

/** DynamoDB and SQS on this machine, and clients of them. */
export interface Services {
  readonly urls: ServiceUrls;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly queueUrl: (queueName: string) => string;
  readonly queueUrlOf: (queueArn: string) => string;
  close(): Promise<void>;
}

/** Starts both, with their data in a directory, or in memory. */
export async function startServices(dataDirectory: string | undefined): Promise<Services> {
  const inDirectory = (name: string): { directory?: string } =>
    dataDirectory === undefined ? {} : { directory: path.join(dataDirectory, name) };
  const dynamoDbServer = await startDynamoDb(inDirectory('dynamodb'));
  const sqsServer = await startSqs(inDirectory('sqs')).catch(async (error: unknown) => {
    await dynamoDbServer.close();
    throw error;
  });
  const client = {
    region: LOCAL_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const dynamodb = new DynamoDBClient({ ...client, endpoint: dynamoDbServer.url });
  // Otherwise the client would send to the host that a queue's URL names.
  const sqs = new SQSClient({ ...client, endpoint: sqsServer.url, useQueueUrlAsEndpoint: false });
  const queueUrl = (queueName: string): string => sqsServer.queueUrl(queueName);
  return {
    urls: { dynamodb: dynamoDbServer.url, sqs: sqsServer.url },
    dynamodb,
    sqs,
    queueUrl,
    queueUrlOf: (queueArn) => queueUrl(queueArn.split(':').at(-1) ?? queueArn),
    async close() {
      dynamodb.destroy();
      sqs.destroy();
      await Promise.all([dynamoDbServer.close(), sqsServer.close()]);
    },
  };
}
