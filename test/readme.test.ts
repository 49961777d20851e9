import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Message } from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalStack } from '../infra/local/local-stack.ts';
import type { LocalStack } from '../infra/local/local-stack.ts';
import { codeOf, ROOT } from './readme-code.ts';
import { localCredentials } from './shared/aws/local-table.ts';

const run = promisify(execFile);

const APP = `
import { App, Stack } from 'aws-cdk-lib';
import { EventField, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { TaskSystem } from ${JSON.stringify(path.join(ROOT, 'infra/task-system.ts'))};
class Example extends Stack {
  constructor(app) {
    super(app, 'Example');
    const actions = ${JSON.stringify(path.join(ROOT, 'functions/actions/registry.ts'))};
    const tasks = new TaskSystem(this, 'Tasks', { actions });
    const profiles = new Queue(this, 'Profiles');
    ${codeOf('Events')}
  }
}
const app = new App({ outdir: 'assembly' });
new Example(app);
app.synth();
`;

const Profiled = v.object({
  source: v.string(),
  'detail-type': v.string(),
  detail: v.object({ id: v.string(), type: v.string(), data: v.object({ output: v.unknown() }) }),
});

describe('the section on events', () => {
  let directory: string;
  let stack: LocalStack;
  let sqs: SQSClient;
  let events: EventBridgeClient;
  let busName: string;
  const lines: string[] = [];

  beforeAll(async () => {
    // In the repository, where its packages are found.
    mkdirSync(path.join(ROOT, 'cdk.out'), { recursive: true });
    directory = mkdtempSync(path.join(ROOT, 'cdk.out/readme-'));
    writeFileSync(path.join(directory, 'app.ts'), APP);
    await run(process.execPath, ['app.ts'], {
      cwd: directory,
      env: { ...process.env, CDK_VALIDATION: 'false' },
    });
    const assemblyDirectory = path.join(directory, 'assembly');
    stack = await startLocalStack({ assemblyDirectory, port: 0, print: (line) => lines.push(line) });
    const { endpoint: busEndpoint, name } = announced('events', /Tasks/);
    busName = name;
    events = new EventBridgeClient({ ...localCredentials, endpoint: busEndpoint });
    sqs = new SQSClient({
      ...localCredentials,
      endpoint: announced('sqs', /./).endpoint,
      useQueueUrlAsEndpoint: false,
    });
  });
  afterAll(async () => {
    events.destroy();
    sqs.destroy();
    await stack.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** What the stack told of a service's resource: `sqs URL QUEUE-URL`. */
  function announced(service: string, resource: RegExp) {
    for (const line of lines) {
      const [kind, endpoint = '', name = ''] = line.split(' ');
      if (kind === service && resource.test(name)) return { endpoint, name };
    }
    throw new Error(`The stack told of no ${service} ${resource}:\n${lines.join('\n')}`);
  }

  async function receiveFrom(queue: RegExp): Promise<Message> {
    const command = new ReceiveMessageCommand({
      QueueUrl: announced('sqs', queue).name,
      WaitTimeSeconds: 20,
      MessageAttributeNames: ['All'],
    });
    const { Messages: [message] = [] } = await sqs.send(command);
    if (message === undefined) throw new Error(`No message came to ${queue} within 20 s.`);
    return message;
  }

  async function upload(list: unknown): Promise<void> {
    const entry = { EventBusName: busName, Source: 'shop', DetailType: 'list uploaded' };
    const command = new PutEventsCommand({ Entries: [{ ...entry, Detail: JSON.stringify({ list }) }] });
    expect(await events.send(command)).toMatchObject({ FailedEntryCount: 0 });
  }

  test('starts a task from an event, and its end is an event that a rule sends on', async () => {
    await upload('city,degrees\nOslo,4\nRome,15\n');
    const message = await receiveFrom(/Profiles/);
    const event = v.parse(Profiled, JSON.parse(message.Body ?? ''));
    expect(event).toMatchObject({
      source: 'task-system',
      'detail-type': 'task succeeded',
      detail: { type: 'task-system.task.succeeded', data: { output: { rowCount: 2 } } },
    });
  });

  test('keeps an event that can start no task, with the reason', async () => {
    await upload(7);
    const { Body = '', MessageAttributes } = await receiveFrom(/RefusedEventQueue/);
    expect(JSON.parse(Body)).toMatchObject({
      startTask: { request: { action: 'csv-profile', input: { csv: 7 } } },
    });
    expect(MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'input-rejected' },
      ERROR_MESSAGE: { StringValue: expect.stringContaining('csv') },
    });
  });
});
