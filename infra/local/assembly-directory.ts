import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isRunning } from './is-running.ts';

const CDK_OUT = path.resolve(import.meta.dirname, '../../cdk.out');
const OWNED = /^local-(\d+)$/;

/**
 * Makes this process's own directory for a cloud assembly, so that two stacks that start at once do not bundle into one another. It
 * lies in the repository's cdk.out and is gone when the process exits; those of processes that were killed are removed here.
 */
export function ownAssemblyDirectory(): string {
  const directory = path.join(CDK_OUT, `local-${process.pid}`);
  mkdirSync(CDK_OUT, { recursive: true });
  for (const name of readdirSync(CDK_OUT)) {
    const owner = OWNED.exec(name)?.[1];
    if (owner !== undefined && (Number(owner) === process.pid || !isRunning(Number(owner)))) {
      rmSync(path.join(CDK_OUT, name), { recursive: true, force: true });
    }
  }
  mkdirSync(directory);
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
