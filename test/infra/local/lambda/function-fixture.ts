import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { FunctionDefinition } from '../../../../infra/local/assembly/read-function.ts';
import { createFunctionLog } from '../../../../infra/local/lambda/function-log.ts';
import { createLocalFunction, type LocalFunction } from '../../../../infra/local/lambda/local-function.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

/** A function whose code is written by the test, and the lines that it showed on the terminal. */
export interface FunctionFixture {
  readonly target: LocalFunction;
  readonly directory: string;
  readonly shown: readonly string[];
}

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:1';

/** A function of the given code, closed when the test is over. */
export function functionOf(
  code: string,
  settings: Partial<FunctionDefinition> & { file?: string } = {},
): FunctionFixture {
  const { file = 'index.cjs', ...overrides } = settings;
  const directory = temporaryDirectory();
  writeFileSync(path.join(directory, file), code);
  const shown: string[] = [];
  const log = createFunctionLog('Echo', undefined, (line) => shown.push(line));
  const definition: FunctionDefinition = {
    name: 'Test-Echo',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:Test-Echo',
    label: 'Echo',
    directory,
    handler: 'index.handler',
    timeoutMs: 10_000,
    memoryMb: 256,
    maxEnvironments: 1,
    variables: {},
    compileCache: path.join(directory, '.compile-cache'),
    ...overrides,
  };
  const target = createLocalFunction(
    definition,
    { dynamodb: `${NOWHERE}/db`, eventbridge: `${NOWHERE}/events`, sqs: `${NOWHERE}/sqs` },
    log,
  );
  onTestFinished(() => target.close(0));
  return { target, directory, shown };
}

/** Invokes, and parses the answer. */
export async function answerOf(target: LocalFunction, event: unknown = {}): Promise<unknown> {
  const outcome = await target.invoke(event);
  if (outcome.kind === 'function-error') throw new Error(`${outcome.errorType}: ${outcome.errorMessage}`);
  return JSON.parse(outcome.output);
}
