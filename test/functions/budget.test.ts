import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApi } from '../../functions/api/api.ts';
import { createStatus } from '../../functions/status/status.ts';
import { createWorker } from '../../functions/worker/worker.ts';
import { startSqs } from '../../infra/local/sqs/start-sqs.ts';
import type { LocalSqs } from '../../infra/local/sqs/start-sqs.ts';
import { createDynamoStorage } from '../../shared/aws/dynamo-storage.ts';
import { createSqsQueue } from '../../shared/aws/sqs-queue.ts';
import { createJsonLogger } from '../../shared/process/json-logger.ts';
import { systemClock } from '../../shared/process/system-clock.ts';
import { systemRandom } from '../../shared/process/system-random.ts';
import { defineAction } from '../../shared/task/action.ts';
import { createRegistry } from '../../shared/task/registry.ts';
import { httpEvent, lambdaContext, readResult, sqsEvent } from '../fakes/lambda-events.ts';
import { createMemoryDeadEvents } from '../fakes/memory-dead-events.ts';
import { localCredentials, startLocalTables } from '../shared/aws/local-table.ts';
import type { LocalTables } from '../shared/aws/local-table.ts';

const echo = defineAction({ name: 'echo', input: v.unknown(), run: (input) => input });

describe('I15: the budget of a task’s life, by default settings', () => {
  let tables: LocalTables;
  let server: LocalSqs;
  let sqs: SQSClient;
  let dynamo: DynamoDBClient;
  let requests: string[];
  let log: string[];

  beforeAll(async () => {
    tables = await startLocalTables();
    server = await startSqs({});
  });
  afterAll(async () => {
    await tables.close();
    await server.close();
  });
  beforeEach(() => {
    requests = [];
    log = [];
    sqs = new SQSClient({ ...localCredentials, endpoint: server.url, useQueueUrlAsEndpoint: false });
    dynamo = new DynamoDBClient({ ...localCredentials, endpoint: tables.url });
    return () => {
      sqs.destroy();
      dynamo.destroy();
    };
  });

  async function openFunctions() {
    const { QueueUrl: queueUrl = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: `q${Math.floor(systemClock.now())}` }),
    );
    const tableName = await tables.createTable();
    const note = (context: { readonly commandName?: string }) =>
      requests.push(String(context.commandName).replace(/Command$/, ''));
    sqs.middlewareStack.add(
      (next, context) => (args) => {
        note(context);
        return next(args);
      },
      { step: 'finalizeRequest' },
    );
    dynamo.middlewareStack.add(
      (next, context) => (args) => {
        note(context);
        return next(args);
      },
      { step: 'finalizeRequest' },
    );
    const ports = {
      storage: createDynamoStorage({ client: dynamo, tableName }),
      queue: createSqsQueue({ client: sqs, queueUrl }),
      clock: systemClock,
      random: systemRandom,
      logger: createJsonLogger((line) => log.push(`${line}\n`)),
      retentionMs: 7 * 86_400_000,
      registry: createRegistry([echo]),
      refusedEvents: createMemoryDeadEvents(),
      waitSleepMs: 50,
      findAction: () => echo,
    };
    return {
      api: createApi(ports),
      worker: createWorker(ports),
      status: createStatus({ ...ports, readDescription: async () => '{}' }),
      queueUrl,
    };
  }

  async function live(input: unknown) {
    const { api, worker, status, queueUrl } = await openFunctions();
    const unitsBefore = tables.writeUnits();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ action: 'echo', input });
    const created = readResult(
      await api(httpEvent({ method: 'POST', path: '/v1/tasks', headers, body }), lambdaContext()),
    );
    const create = requests.splice(0);
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 10 }),
    );
    requests.splice(0);
    const delivery = { id: 'm', body: message?.Body ?? '', receipt: message?.ReceiptHandle ?? '' };
    expect(await worker(sqsEvent([delivery]), lambdaContext(300_000))).toEqual({ batchItemFailures: [] });
    const work = requests.splice(0);
    const fetched = readResult(
      await status(httpEvent({ method: 'GET', path: String(created.headers['location']) }), lambdaContext()),
    );
    expect(fetched.body).toMatchObject({ finalStatus: 'succeeded', output: input });
    return { create, work, fetch: requests.splice(0), units: tables.writeUnits() - unitsBefore };
  }

  test('a small one takes 1 put, 1 send, 1 claim, 1 finish and 6 write units; a fetch takes 1 read', async () => {
    expect(await live({ seconds: 1 })).toEqual({
      create: ['PutItem', 'SendMessage'],
      work: ['UpdateItem', 'UpdateItem'],
      fetch: ['GetItem'],
      units: 6,
    });
    expect(log.join('').length).toBeLessThanOrEqual(1024);
    expect(log).toHaveLength(2);
  });

  test('a large one takes a row for its input, one for its output, and a read for both', async () => {
    const { create, work, fetch } = await live('x'.repeat(5000));
    expect(create).toEqual(['PutItem', 'PutItem', 'SendMessage']);
    expect(work).toEqual(['UpdateItem', 'BatchGetItem', 'PutItem', 'UpdateItem']);
    expect(fetch).toEqual(['GetItem', 'BatchGetItem']);
  });
});
