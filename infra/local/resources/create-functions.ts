import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { FunctionDefinition } from '../assembly/read-function.ts';
import type { ServiceUrls } from '../lambda/environment-variables.ts';
import { createFunctionLog } from '../lambda/function-log.ts';
import { createLocalFunction, type LocalFunction } from '../lambda/local-function.ts';

/** All functions of the stack. */
export interface FunctionSet {
  /** Finds a function by its name or ARN, and throws when none has it. */
  readonly named: (nameOrArn: string) => LocalFunction;
  /** Closes all of them, and their logs after them. */
  close(graceMs: number): Promise<void>;
}

/** Functions by their definitions, none of them started; logs go to `logs/LABEL.log` in the data directory. */
export function createFunctions(
  definitions: readonly FunctionDefinition[],
  services: ServiceUrls,
  dataDirectory: string | undefined,
  print: (line: string) => void,
): FunctionSet {
  const logDirectory = dataDirectory === undefined ? undefined : path.join(dataDirectory, 'logs');
  if (logDirectory !== undefined) mkdirSync(logDirectory, { recursive: true });
  const entries = definitions.map((definition) => {
    const file = logDirectory === undefined ? undefined : path.join(logDirectory, `${definition.label}.log`);
    const log = createFunctionLog(definition.label, file, print);
    return { log, target: createLocalFunction(definition, services, log) };
  });
  const byName = new Map(
    entries.flatMap(({ target }) => [
      [target.definition.name, target],
      [target.definition.arn, target],
    ]),
  );
  return {
    named(nameOrArn) {
      const target = byName.get(nameOrArn);
      if (target === undefined) {
        throw new Error(`The template invokes ${nameOrArn}, which is none of its functions.`);
      }
      return target;
    },
    async close(graceMs) {
      await Promise.all(entries.map(({ target }) => target.close(graceMs)));
      await Promise.all(entries.map(({ log }) => log.close()));
    },
  };
}
