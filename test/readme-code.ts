import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The repository's directory. */
export const ROOT = path.resolve(import.meta.dirname, '..');

/** The TypeScript in a section of the README. */
export function codeOf(section: string): string {
  const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const [, text = ''] = readme.split(`\n## ${section}\n`);
  const [own = ''] = text.split('\n## ');
  return [...own.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code).join('\n');
}
