import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import path from 'node:path';
import { LOCAL_REGION } from './assembly/local-account.ts';
import type { TableStream } from './dynamodb/table-stream.ts';
import { startDynamoDb, type LocalDynamoDb } from './dynamodb/start-dynamodb.ts';
import type { ServiceUrls } from './lambda/environment-variables.ts';
import { startSqs, type LocalSqs } from './sqs/start-sqs.ts';
import { unusableData } from './unusable-data.ts';

/** DynamoDB and SQS on this machine, and clients of them. */
export interface Services {
  readonly urls: Omit<ServiceUrls, 'eventbridge'>;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly queueUrl: (queueName: string) => string;
  readonly queueUrlOf: (queueArn: string) => string;
  /** @throws Error when no table has the stream. */
  readonly streamOf: (streamArn: string) => TableStream;
  close(): Promise<void>;
}

/**
 * Starts both, with their data in a directory, or in memory.
 *
 * @throws Error when the data cannot be opened: the message names the directory, the reason and the cure.
 */
export async function startServices(dataDirectory: string | undefined): Promise<Services> {
  const { dynamoDbServer, sqsServer } = await startServers(dataDirectory).catch((error: unknown) => {
    throw dataDirectory === undefined ? error : unusableData(dataDirectory, error);
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
    streamOf(streamArn) {
      const stream = dynamoDbServer.streamOf(streamArn);
      if (stream !== undefined) return stream;
      throw new Error(`No table has the stream ${streamArn}: give the table a StreamSpecification.`);
    },
    async close() {
      dynamodb.destroy();
      sqs.destroy();
      await Promise.all([dynamoDbServer.close(), sqsServer.close()]);
    },
  };
}

async function startServers(
  dataDirectory: string | undefined,
): Promise<{ dynamoDbServer: LocalDynamoDb; sqsServer: LocalSqs }> {
  const inDirectory = (name: string): { directory?: string } =>
    dataDirectory === undefined ? {} : { directory: path.join(dataDirectory, name) };
  const dynamoDbServer = await startDynamoDb(inDirectory('dynamodb'));
  try {
    return { dynamoDbServer, sqsServer: await startSqs(inDirectory('sqs')) };
  } catch (error) {
    await dynamoDbServer.close();
    throw error;
  }
}
