import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { readRow } from '../../shared/aws/read-row.ts';
import { bodyOf } from '../../shared/task/queue.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import { httpClient, type Send } from '../acceptance/http-client.ts';
import { localCredentials } from '../shared/aws/local-table.ts';
import type { StackProcess } from './stack-process.ts';

/** Messages of a queue: those that wait, and those that were received and not deleted. */
interface QueueCounts {
  readonly waiting: number;
  readonly hidden: number;
}

/** What callers and people do with a stack. Every call rejects when the stack does not answer. */
export interface StackClient {
  readonly send: Send;
  /** Puts an event that asks for a sleeping task; settles once it is accepted. */
  putEvent(seconds: number): Promise<void>;
  /** Every task row. */
  rows(): Promise<readonly TaskRow[]>;
  /**
   * Does for an open task now what the clock would do after its lease, some minutes later: moves its lease and look into the past and sends its
   * id. Rejects when the task has ended or was claimed anew meanwhile.
   */
  hasten(row: TaskRow): Promise<void>;
  /** Of the first queue whose name contains `part`. */
  countMessages(part: string): Promise<QueueCounts>;
  /** Takes up to ten messages out of the queue of refused events; answers their bodies. */
  takeRefusedEvents(): Promise<readonly string[]>;
  close(): void;
}

/** A client of a stack; close it when it is no longer needed. */
export function connectToStack(stack: StackProcess): StackClient {
  const at = (endpoint: string) => ({ ...localCredentials, endpoint, maxAttempts: 1 });
  const table = stack.announced('dynamodb', 'Table');
  const bus = stack.announced('events', 'TasksEventsBus');
  const { endpoint, name: QueueUrl } = stack.announced('sqs', 'TasksQueue');
  const client = new DynamoDBClient(at(table.endpoint));
  const dynamodb = DynamoDBDocumentClient.from(client);
  const events = new EventBridgeClient(at(bus.endpoint));
  const sqs = new SQSClient({ ...at(endpoint), useQueueUrlAsEndpoint: false });
  return {
    send: httpClient({ url: stack.url, signRegion: null }),
    async putEvent(seconds) {
      const Detail = JSON.stringify({ action: 'sleep', input: { seconds } });
      const entry = { EventBusName: bus.name, Source: 'test', DetailType: 'start task', Detail };
      const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries: [entry] }));
      if (FailedEntryCount !== 0) throw new Error('The event was not accepted.');
    },
    async rows() {
      const rows: TaskRow[] = [];
      const scan = { TableName: table.name, ConsistentRead: true };
      for await (const { Items = [] } of paginateScan({ client: dynamodb }, scan))
        rows.push(...Items.filter(({ sk }) => sk === 'task').map(readRow));
      return rows;
    },
    async hasten(row) {
      if (row.leaseUntil !== undefined) {
        await dynamodb.send(
          new UpdateCommand({
            TableName: table.name,
            Key: { pk: `${row.tenant}/${row.id}`, sk: 'task' },
            UpdateExpression: 'SET lease = :past, lookAt = :past',
            ConditionExpression: 'claim = :claim AND attribute_not_exists(fin)',
            ExpressionAttributeValues: { ':past': row.createdAt, ':claim': row.claimId },
          }),
        );
      }
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: bodyOf(row) }));
    },
    async countMessages(part) {
      const queue = { QueueUrl: stack.announced('sqs', part).name };
      const { Attributes: attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ ...queue, AttributeNames: ['All'] }),
      );
      const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = attributes;
      return {
        waiting: Number(ApproximateNumberOfMessages),
        hidden: Number(ApproximateNumberOfMessagesNotVisible),
      };
    },
    async takeRefusedEvents() {
      const queue = { QueueUrl: stack.announced('sqs', 'RefusedEventQueue').name };
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ ...queue, MaxNumberOfMessages: 10 }),
      );
      for (const { ReceiptHandle } of Messages)
        await sqs.send(new DeleteMessageCommand({ ...queue, ReceiptHandle }));
      return Messages.map(({ Body = '' }) => Body);
    },
    close() {
      for (const each of [client, events, sqs]) each.destroy();
    },
  };
}

/** The ids of the CloudEvents that the bus accepted for each task. */
export function eventIdsOf(dataDirectory: string): ReadonlyMap<string, ReadonlySet<string>> {
  const ids = new Map<string, Set<string>>();
  for (const line of readFileSync(path.join(dataDirectory, 'logs/events.log'), 'utf8').split('\n')) {
    const [, id] = /"detail":\{"specversion":"1\.0","id":"(\w+)"/.exec(line) ?? [];
    const [, subject] = /"subject":"(\w+)"/.exec(line) ?? [];
    if (id === undefined || subject === undefined) continue;
    ids.set(subject, (ids.get(subject) ?? new Set()).add(id));
  }
  return ids;
}
