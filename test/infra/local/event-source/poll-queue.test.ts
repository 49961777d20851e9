import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { EventSourceDefinition } from '../../../../infra/local/assembly/read-event-source.ts';
import type { BackgroundWork } from '../../../../infra/local/background-work.ts';
import { pollQueue } from '../../../../infra/local/event-source/poll-queue.ts';
import type { SqsEvent } from '../../../../infra/local/event-source/sqs-event.ts';
import { functionError, type InvocationOutcome } from '../../../../infra/local/lambda/invocation-outcome.ts';
import { createSlots } from '../../../../infra/local/lambda/slots.ts';
import { startSqs } from '../../../../infra/local/sqs/start-sqs.ts';

interface Bench {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly lines: readonly string[];
  readonly send: (...bodies: string[]) => Promise<void>;
  /** Messages that are there, hidden ones included. */
  readonly depth: () => Promise<{ visible: number; hidden: number }>;
  readonly poll: (
    handler: (event: SqsEvent) => Promise<InvocationOutcome>,
    settings?: Settings,
  ) => BackgroundWork;
}

type Settings = Partial<EventSourceDefinition> & { environments?: number };

const SUCCESS: InvocationOutcome = { kind: 'answered', output: 'null' };

function failuresOf(...ids: unknown[]): InvocationOutcome {
  const batchItemFailures = ids.map((itemIdentifier) => ({ itemIdentifier }));
  return { kind: 'answered', output: JSON.stringify({ batchItemFailures }) };
}

/** A queue on the local SQS, whose messages stay hidden for `visibilitySeconds`. */
async function bench(visibilitySeconds: number): Promise<Bench> {
  const server = await startSqs();
  const sqs = new SQSClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    useQueueUrlAsEndpoint: false,
  });
  const lines: string[] = [];
  const pollers: BackgroundWork[] = [];
  onTestFinished(async () => {
    for (const poller of pollers) poller.stop();
    await Promise.all(pollers.map((poller) => poller.settled()));
    sqs.destroy();
    await server.close();
  });
  const Attributes = { VisibilityTimeout: String(visibilitySeconds) };
  await sqs.send(new CreateQueueCommand({ QueueName: 'tasks', Attributes }));
  const queueUrl = server.queueUrl('tasks');
  return {
    sqs,
    queueUrl,
    lines,
    async send(...bodies) {
      const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    },
    async depth() {
      const { Attributes: counts = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
      );
      return {
        visible: Number(counts['ApproximateNumberOfMessages']),
        hidden: Number(counts['ApproximateNumberOfMessagesNotVisible']),
      };
    },
    poll(handler, { environments = 4, ...settings } = {}) {
      const slots = createSlots(environments);
      const source: EventSourceDefinition = {
        queueArn: 'arn:aws:sqs:us-east-1:000000000000:tasks',
        functionName: 'Worker',
        batchSize: 10,
        windowMs: 0,
        maxConcurrency: undefined,
        reportsItemFailures: true,
        ...settings,
      };
      const target = {
        definition: { label: 'Worker', maxEnvironments: environments },
        whenFree: (signal: AbortSignal) => slots.whenFree(signal),
        async invoke(event: SqsEvent) {
          const release = await slots.take();
          try {
            return await handler(event);
          } finally {
            release();
          }
        },
      };
      const poller = pollQueue(source, { sqs, queueUrl, target, print: (line) => lines.push(line) });
      pollers.push(poller);
      return poller;
    },
  };
}

test('hands over messages with their attributes, and deletes them when the function succeeds', async () => {
  const { sqs, queueUrl, poll, depth } = await bench(30);
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: 'hello',
      MessageGroupId: 'tenant',
      MessageAttributes: { traceparent: { DataType: 'String', StringValue: '00-ab' } },
    }),
  );
  const seen: SqsEvent['Records'][number][] = [];
  poll(async ({ Records }) => {
    seen.push(...Records);
    return SUCCESS;
  });
  await vi.waitFor(() => expect(seen).toHaveLength(1), 5000);
  expect(seen[0]).toMatchObject({
    body: 'hello',
    attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'tenant' },
    messageAttributes: {
      traceparent: { dataType: 'String', stringValue: '00-ab', stringListValues: [], binaryListValues: [] },
    },
  });
  await vi.waitFor(async () => expect(await depth()).toEqual({ visible: 0, hidden: 0 }), 5000);
});

test('deletes what succeeded, and hands over again what failed when its visibility timeout ends', async () => {
  const { send, poll, depth } = await bench(1);
  await send('good', 'bad');
  const deliveries: string[] = [];
  poll(async ({ Records }) => {
    const failed = Records.filter(
      ({ body, attributes }) => body === 'bad' && attributes['ApproximateReceiveCount'] === '1',
    );
    deliveries.push(...Records.map(({ body }) => String(body)));
    return failuresOf(...failed.map(({ messageId }) => messageId));
  });
  await vi.waitFor(() => expect(deliveries.toSorted()).toEqual(['bad', 'bad', 'good']), 10_000);
  await vi.waitFor(async () => expect(await depth()).toEqual({ visible: 0, hidden: 0 }), 5000);
});

test('keeps a whole batch when the function fails, and says why', async () => {
  const { send, poll, depth, lines } = await bench(30);
  await send('a', 'b');
  poll(async () => functionError('Error', 'no luck'));
  await vi.waitFor(
    () => expect(lines).toEqual(['[Worker] a batch of 2 failed, and comes back: Error: no luck']),
    5000,
  );
  expect(await depth()).toEqual({ visible: 0, hidden: 2 });
});

test.each([
  ['the function has', { environments: 1 }],
  ['the mapping allows', { environments: 4, maxConcurrency: 1 }],
])('receives no more than %s room for', async (_, settings) => {
  const { send, poll, depth } = await bench(30);
  await send('a', 'b', 'c');
  const busy = Promise.withResolvers<void>();
  const deliveries: string[] = [];
  const poller = poll(
    async ({ Records }) => {
      deliveries.push(...Records.map(({ body }) => String(body)));
      await busy.promise;
      return SUCCESS;
    },
    { ...settings, batchSize: 1 },
  );
  await vi.waitFor(() => expect(deliveries).toHaveLength(1), 5000);
  expect(await depth()).toEqual({ visible: 2, hidden: 1 });
  busy.resolve();
  await vi.waitFor(() => expect(deliveries.toSorted()).toEqual(['a', 'b', 'c']), 5000);
  poller.stop();
  await poller.settled();
  expect(await depth()).toEqual({ visible: 0, hidden: 0 });
});

test('runs as many batches at once as there are environments', async () => {
  const { send, poll } = await bench(30);
  await send('a', 'b', 'c');
  const busy = Promise.withResolvers<void>();
  let running = 0;
  poll(
    async () => {
      running += 1;
      await busy.promise;
      return SUCCESS;
    },
    { environments: 3, batchSize: 1 },
  );
  await vi.waitFor(() => expect(running).toBe(3), 5000);
  busy.resolve();
});

test('fills a batch above ten from several receives', async () => {
  const { send, poll } = await bench(30);
  const bodies = Array.from({ length: 12 }, (_, index) => String(index));
  await send(...bodies.slice(0, 10));
  await send(...bodies.slice(10));
  const sizes: number[] = [];
  poll(
    async ({ Records }) => {
      sizes.push(Records.length);
      return SUCCESS;
    },
    { batchSize: 20 },
  );
  await vi.waitFor(() => expect(sizes).toEqual([12]), 5000);
});

test('waits up to its window for more messages', async () => {
  const { send, poll } = await bench(30);
  await send('first');
  const sizes: number[] = [];
  poll(
    async ({ Records }) => {
      sizes.push(Records.length);
      return SUCCESS;
    },
    { batchSize: 2, windowMs: 10_000 },
  );
  await send('second');
  await vi.waitFor(() => expect(sizes).toEqual([2]), 8000);
});

test('makes a batch visible at once when the stop cut it off', async () => {
  const { send, poll, depth } = await bench(600);
  await send('a');
  const cut = Promise.withResolvers<InvocationOutcome>();
  let running = false;
  const poller = poll(async () => {
    running = true;
    return cut.promise;
  });
  await vi.waitFor(() => expect(running).toBe(true), 5000);
  poller.stop();
  cut.resolve(functionError('Runtime.ExitError', 'killed'));
  await poller.settled();
  expect(await depth()).toEqual({ visible: 1, hidden: 0 });
});
