// Starts a function whose handler never yields, and tells the handler's process id: the test kills this process then.
import path from 'node:path';
import { createFunctionLog } from '../../../../infra/local/lambda/function-log.ts';
import { createLocalFunction } from '../../../../infra/local/lambda/local-function.ts';

const NOWHERE = 'http://127.0.0.1:1';
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const directory = String(process.argv[2]);
const target = createLocalFunction(
  {
    name: 'Spin',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:Spin',
    label: 'Spin',
    directory,
    handler: 'index.handler',
    timeoutMs: 60_000,
    memoryMb: 128,
    maxEnvironments: 1,
    variables: {},
    compileCache: path.join(directory, '.compile-cache'),
  },
  { dynamodb: NOWHERE, eventbridge: NOWHERE, sqs: NOWHERE },
  createFunctionLog('Spin', undefined, print),
);
await target.invoke({});
