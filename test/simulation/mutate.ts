import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** What the simulation is made of and runs. */
const PARTS = ['shared', 'functions', 'test/simulation', 'test/fakes', 'package.json'];

/** A way to break the protocol: one exact search-and-replace on one source file. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly search: string;
  readonly replace: string;
}

/**
 * The text of a mutant's file, mutated.
 * @throws Error when what it replaces is not there exactly once.
 */
export function mutatedText({ name, file, search, replace }: Mutant): string {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const found = text.split(search).length - 1;
  if (found !== 1) {
    throw new Error(
      `The mutant "${name}" finds its text ${found} times in ${file}; write it anew for the code as it is.`,
    );
  }
  return text.replace(search, () => replace);
}

/** Makes a copy of the project with the mutation in it; `remove` deletes it. */
export function copyWith(mutant: Mutant): { readonly directory: string; remove(): void } {
  const text = mutatedText(mutant);
  const directory = mkdtempSync(path.join(tmpdir(), 'mutant-'));
  for (const part of PARTS) cpSync(path.join(ROOT, part), path.join(directory, part), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'));
  writeFileSync(path.join(directory, mutant.file), text);
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
