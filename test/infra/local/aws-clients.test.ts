import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startFixture } from './start-fixture.ts';

const run = promisify(execFile);
const env = {
  ...process.env,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_PAGER: '',
};
const EVENT = { Source: 'shop', DetailType: 'sold', Detail: '{"items":1}' };

/** With what the local stack prints before it is ready, in its order: endpoint and name. */
const BOTO3 = `
import boto3, json, sys
dynamodb, table, sqs, queue, events, bus, event = sys.argv[1:]
boto3.client('dynamodb', endpoint_url=dynamodb).put_item(TableName=table, Item={'pk': {'S': 'a'}})
items = boto3.resource('dynamodb', endpoint_url=dynamodb).Table(table).scan()['Items']
client = boto3.client('sqs', endpoint_url=sqs)
client.send_message(QueueUrl=queue, MessageBody='hello')
messages = client.receive_message(QueueUrl=queue, WaitTimeSeconds=5)['Messages']
put = boto3.client('events', endpoint_url=events).put_events(Entries=[{'EventBusName': bus, **json.loads(event)}])
print(json.dumps([items, messages[0]['Body'], put['FailedEntryCount']]))
`;

/** Whether a command works here; when not, its test is skipped, and says so. */
function isThere(command: string, ...options: string[]): boolean {
  const isFound = spawnSync(command, options, { env }).status === 0;
  if (!isFound) process.stderr.write(`\nSKIPPED: ${command} ${options.join(' ')} does not work here.\n`);
  return isFound;
}

async function announced() {
  const { lines } = await startFixture();
  return (service: string, name: string) => {
    const found = lines
      .map((line) => line.split(' '))
      .find((line) => line[0] === service && line[2]?.includes(name));
    const [, url = '', resource = ''] = found ?? [];
    return [url, resource] as const;
  };
}

test.skipIf(!isThere('aws', '--version'))(
  'the AWS CLI scans the table, sends and receives messages, and puts events, by what the stack prints',
  async () => {
    const find = await announced();
    const aws = async (url: string, ...words: string[]): Promise<unknown> => {
      const { stdout } = await run('aws', [...words, '--endpoint-url', url, '--output', 'json'], { env });
      return stdout === '' ? undefined : JSON.parse(stdout);
    };
    const [dynamodb, table] = find('dynamodb', '');
    await aws(dynamodb, 'dynamodb', 'put-item', '--table-name', table, '--item', '{"pk":{"S":"a"}}');
    expect(await aws(dynamodb, 'dynamodb', 'scan', '--table-name', table)).toMatchObject({
      Items: [{ pk: { S: 'a' } }],
    });
    const [sqs, queue] = find('sqs', 'DeadLetters');
    await aws(sqs, 'sqs', 'send-message', '--queue-url', queue, '--message-body', 'hello');
    expect(await aws(sqs, 'sqs', 'receive-message', '--queue-url', queue)).toMatchObject({
      Messages: [{ Body: 'hello' }],
    });
    const [events, EventBusName] = find('events', 'default');
    const entries = JSON.stringify([{ EventBusName, ...EVENT }]);
    expect(await aws(events, 'events', 'put-events', '--entries', entries)).toMatchObject({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) }],
    });
  },
);

test.skipIf(!isThere('python3', '-c', 'import boto3'))('boto3 does the same', async () => {
  const find = await announced();
  const parts = [...find('dynamodb', ''), ...find('sqs', 'DeadLetters'), ...find('events', 'default')];
  const { stdout } = await run('python3', ['-c', BOTO3, ...parts, JSON.stringify(EVENT)], { env });
  expect(JSON.parse(stdout)).toEqual([[{ pk: 'a' }], 'hello', 0]);
});
