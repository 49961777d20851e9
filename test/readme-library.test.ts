import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { codeOf, ROOT } from './readme-code.ts';

const run = promisify(execFile);

/** What the section takes for granted: an action, mail, and a web server. */
const BEFORE = `
import { defineAction as define } from 'task-system';
const everything = { '~standard': { version: 1, vendor: 'none', validate: (value) => ({ value }) } };
const resize = define({ name: 'resize', input: everything, run: ({ url, width }) => url + ' ' + width });
const mail = Promise.withResolvers();
const sendMail = async (address, link) => mail.resolve(link);
const routes = new Map();
const app = { get: (route, answer) => routes.set(route, answer) };
const silent = { info() {}, warn() {}, error() {} };
`;

/** Somebody follows the link in the mail. */
const AFTER = `
const { pathname, searchParams } = new URL(await mail.promise);
await routes.get(pathname)({ query: Object.fromEntries(searchParams) });
const ended = await tasks.waitForFinalStatus(asked.id);
console.log(JSON.stringify([cancelled.finalStatus, ended.finalStatus, ended.output]));
`;

test('the section on the library is code that runs as it stands', async () => {
  const code = [BEFORE, codeOf('In one process'), AFTER]
    .join('\n')
    .replaceAll("from 'task-system'", `from ${JSON.stringify(path.join(ROOT, 'shared/index.ts'))}`)
    .replace('defaultConfig()', '{ ...defaultConfig(), logger: silent }');
  // In the repository, where its packages are found.
  const parent = path.join(ROOT, 'cdk.out');
  await mkdir(parent, { recursive: true });
  const directory = await mkdtemp(path.join(parent, 'readme-library-'));
  try {
    await writeFile(path.join(directory, 'library.ts'), code);
    const { stdout } = await run(process.execPath, ['library.ts'], { cwd: directory, timeout: 50_000 });
    expect(stdout.split('\n')).toEqual([
      'https://example.com/a.png 80',
      '["cancelled","succeeded",{"approved":true}]',
      '',
    ]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
