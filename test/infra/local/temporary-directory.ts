import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory that is gone when the test is over. */
export function temporaryDirectory(): string {
  return temporaryDirectoryIn(tmpdir());
}

/** The same, in the repository's git-ignored cdk.out, where `require` finds the repository's packages. */
export function temporaryDirectoryInRepository(): string {
  const parent = path.resolve(import.meta.dirname, '../../../cdk.out');
  mkdirSync(parent, { recursive: true });
  return temporaryDirectoryIn(parent);
}

function temporaryDirectoryIn(parent: string): string {
  const directory = mkdtempSync(path.join(parent, 'local-stack-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
