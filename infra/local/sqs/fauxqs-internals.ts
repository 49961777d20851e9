import type { DatabaseSync } from 'node:sqlite';

import type { buildApp } from 'fauxqs';

/** fauxqs's HTTP application. */
export type FauxqsApp = ReturnType<typeof buildApp>;

/** A message in a queue. `traceHeader` is ours: fauxqs hands the object on untouched. */
export interface Message {
  readonly messageId: string;
  readonly messageAttributes: object;
  /** Epoch milliseconds. */
  readonly sentTimestamp: number;
  approximateReceiveCount: number;
  messageGroupId?: string | undefined;
  traceHeader?: string | undefined;
}

/** What ReceiveMessage answers for one message. */
export interface ReceivedMessage {
  readonly ReceiptHandle: string;
  Attributes?: Record<string, string>;
}

/** A queue, always in memory. */
export interface Queue {
  readonly name: string;
  readonly attributes: Record<string, string>;
  messages: Message[];
  delayedMessages: Message[];
  readonly inflightMessages: Map<string, { readonly message: Message }>;
  persistence?: Persistence;
  isFifo(): boolean;
  enqueue(message: Message): void;
  dequeue(maxCount: number, visibilityTimeout?: number, dlqResolver?: DeadLetterResolver): ReceivedMessage[];
  changeVisibility(receiptHandle: string, timeoutSeconds: number): void;
}

type DeadLetterResolver = (arn: string) => Queue | undefined;

/** All queues. */
export interface Store {
  persistence?: Persistence;
  createQueue(name: string, url: string, arn: string, attributes?: Attributes, tags?: Attributes): Queue;
  buildQueueUrl(name: string, port: string, requestHost: string, region: string): string;
  getQueue(url: string): Queue | undefined;
  allQueues(): Iterable<Queue>;
}

type Attributes = Record<string, string>;

/** Writes through to SQLite what changes in memory. */
export interface Persistence {
  readonly db: DatabaseSync;
  insertMessage(queueName: string, message: Message): void;
  deleteMessage(messageId: string): void;
  updateMessageReady(messageId: string): void;
  loadSqsQueues(store: Store): void;
  close(): void;
}

/** What we take from fauxqs beside its public `buildApp`. Pinned to 2.4.1, as none of it is public. */
export interface FauxqsInternals {
  readonly buildApp: (options: { logger: boolean; stores: object }) => FauxqsApp;
  readonly SqsStore: new () => Store;
  readonly SnsStore: new () => object;
  readonly S3Store: new () => object;
  readonly PersistenceManager: new (directory: string) => Persistence;
}

/** Loads fauxqs: about 0.2 s, so only when a queue is wanted. */
export async function loadFauxqs(): Promise<FauxqsInternals> {
  const app = await load<'buildApp'>('./app.js');
  const sqs = await load<'SqsStore'>('./sqs/sqsStore.js');
  const sns = await load<'SnsStore'>('./sns/snsStore.js');
  const s3 = await load<'S3Store'>('./s3/s3Store.js');
  const persistence = await load<'PersistenceManager'>('./persistence.js');
  return { ...app, ...sqs, ...sns, ...s3, ...persistence };
}

function load<K extends keyof FauxqsInternals>(path: string): Promise<Pick<FauxqsInternals, K>> {
  return import(new URL(path, import.meta.resolve('fauxqs')).href);
}
