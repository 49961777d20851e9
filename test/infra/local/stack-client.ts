import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { onTestFinished } from 'vitest';
import { readRow } from '../../../shared/aws/read-row.ts';
import { bodyOf } from '../../../shared/task/queue.ts';
import type { TaskRow } from '../../../shared/task/task-row.ts';
import { localCredentials } from '../../shared/aws/local-table.ts';
import type { StackProcess } from './stack-process.ts';

/** What callers and people do with a stack. */
export interface StackClient {
  /** Creates a task that sleeps; answers its id once it is accepted. Rejects when the stack does not answer, or not with 202 or 200. */
  create(key: string, seconds: number): Promise<string>;
  /** Puts an event that asks for such a task; settles once it is accepted. */
  putEvent(seconds: number): Promise<void>;
  /** Every task row. */
  rows(): Promise<readonly TaskRow[]>;
  /**
   * Does for an open task now what the clock would do after its lease, some minutes later: moves its lease and look into the past and sends its id.
   */
  hasten(row: TaskRow): Promise<void>;
}

/** A client of a stack, until the test is over. */
export function connectToStack(stack: StackProcess): StackClient {
  const at = (endpoint: string) => ({ ...localCredentials, endpoint, maxAttempts: 1 });
  const table = stack.announced('dynamodb', 'Table');
  const bus = stack.announced('events', 'TasksEventsBus');
  const queue = stack.announced('sqs', 'TasksQueue');
  const client = new DynamoDBClient(at(table.endpoint));
  const dynamodb = DynamoDBDocumentClient.from(client);
  const events = new EventBridgeClient(at(bus.endpoint));
  const sqs = new SQSClient({ ...at(queue.endpoint), useQueueUrlAsEndpoint: false });
  onTestFinished(() => {
    for (const each of [client, events, sqs]) each.destroy();
  });
  return {
    async create(key, seconds) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      const body = JSON.stringify({ action: 'sleep', input: { seconds } });
      const response = await fetch(`${stack.url}/tasks`, { method: 'POST', headers, body });
      if (response.status !== 202 && response.status !== 200)
        throw new Error(`It answered ${response.status}.`);
      return response.headers.get('location')?.split('/').at(-1) ?? '';
    },
    async putEvent(seconds) {
      const Detail = JSON.stringify({ action: 'sleep', input: { seconds } });
      const entry = { EventBusName: bus.name, Source: 'test', DetailType: 'start task', Detail };
      const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries: [entry] }));
      if (FailedEntryCount !== 0) throw new Error('The event was not accepted.');
    },
    async rows() {
      const { Items = [] } = await dynamodb.send(
        new ScanCommand({ TableName: table.name, ConsistentRead: true }),
      );
      return Items.filter(({ sk }) => sk === 'task').map(readRow);
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
      await sqs.send(new SendMessageCommand({ QueueUrl: queue.name, MessageBody: bodyOf(row) }));
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
