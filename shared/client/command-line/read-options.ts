import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { InvalidArgumentError } from 'commander';
import { UsageError } from './connection.ts';

/** Where a create's input comes from. */
export interface InputOptions {
  readonly input?: string;
  readonly inputFile?: string;
}

/** The input of a create; undefined when none is given. @throws UsageError when it cannot be read, or is not JSON */
export async function readInput({ input, inputFile }: InputOptions): Promise<unknown> {
  if (input !== undefined && input !== '-') return parse('--input', input);
  if (input === '-' || inputFile === '-') return parse('The standard input', await text(process.stdin));
  if (inputFile === undefined) return undefined;
  return parse(`The file ${inputFile}`, await read(inputFile));
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `The file ${file} cannot be read: ${error instanceof Error ? error.message : 'why?'}.`,
    );
  }
}

function parse(source: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be parsed';
    throw new UsageError(`${source} is not JSON: ${reason}. Quote it for the shell, or use --input-file.`);
  }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** A time of the command line. @throws InvalidArgumentError */
export function readTime(value: string): Date {
  const time = new Date(value);
  if (!TIME.test(value) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('It must be a time with its offset, such as 2026-12-01T09:00:00Z.');
  }
  return time;
}

/** A number of seconds above 0, in milliseconds. @throws InvalidArgumentError */
export function readSeconds(value: string): number {
  const seconds = Number(value);
  if (!(seconds > 0)) throw new InvalidArgumentError('It must be a number of seconds above 0.');
  return seconds * 1000;
}

/** A whole number from 1 on. @throws InvalidArgumentError */
export function readCount(value: string): number {
  const count = Number(value);
  if (!/^\d+$/.test(value) || count < 1)
    throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return count;
}
