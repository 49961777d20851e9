import { startLocalStack } from '../../../../infra/local/local-stack.ts';

/**
 * A process that runs the assembly of its first argument, with its data in the directory of its second: it prints what the stack prints,
 * and `ready`, and serves until it is killed.
 */
const [, , assemblyDirectory, dataDirectory] = process.argv;
if (assemblyDirectory === undefined || dataDirectory === undefined) {
  throw new Error('The arguments are the directories of the assembly and of the data.');
}
const print = (line: string): void => void process.stdout.write(`${line}\n`);
await startLocalStack({ assemblyDirectory, dataDirectory, port: 0, print });
print('ready');
