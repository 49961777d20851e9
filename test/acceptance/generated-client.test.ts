import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateSource } from 'oazapfts';
import { expect, inject, onTestFinished, test } from 'vitest';
import { httpClient } from './http-client.ts';

const target = inject('acceptanceTarget');
const NODE_MODULES = join(import.meta.dirname, '../../node_modules');

/** What somebody writes who has read nothing but the document: every name is one that the generator gave. */
const SCRIPT = `
import { cancelTask, checkHealth, createTask, createTasks, fetchTask, listTasks, retryTask } from './client.ts';

const health = await checkHealth();
const created = await createTask({ action: 'sleep', input: { seconds: 0.2 } }, { idempotencyKey: crypto.randomUUID() });
const ended = await fetchTask(created.data.id, { wait: 20 });
const startAt = new Date(Date.now() + 3_600_000).toISOString();
const delayed = await createTask({ action: 'sleep', input: { seconds: 0 }, startAt });
const cancelled = await cancelTask(delayed.data.id);
const retried = await retryTask(delayed.data.id, undefined, { prefer: 'wait=20' });
const batch = await createTasks({ tasks: [{ action: 'csv-profile', input: { csv: 'a\\n1\\n' } }] });
const page = await listTasks({ finalStatus: 'succeeded', limit: 1 });
const refused = await createTask({ action: 'sleep', input: { seconds: -1 } });
console.log(JSON.stringify({ health, created, ended, cancelled, retried, batch, page, refused }));
`;

test.runIf(target.signRegion === null)(
  'a client that a public generator makes of the document creates, waits, cancels, retries and lists',
  async () => {
    const { json } = await httpClient(target)('GET', '/openapi.json');
    const directory = mkdtempSync(join(tmpdir(), 'generated-client-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    symlinkSync(NODE_MODULES, join(directory, 'node_modules'));
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
    writeFileSync(join(directory, 'openapi.json'), JSON.stringify(json));
    writeFileSync(join(directory, 'client.ts'), await generateSource(join(directory, 'openapi.json')));
    writeFileSync(join(directory, 'script.ts'), SCRIPT);
    const { stdout } = await promisify(execFile)(process.execPath, [join(directory, 'script.ts')]);
    const told: unknown = JSON.parse(stdout);
    expect(told).toMatchObject({
      health: { status: 200, data: { status: 'ok' } },
      created: { status: 202, data: { action: 'sleep', finalStatus: null } },
      ended: { status: 200, data: { finalStatus: 'succeeded', output: { seconds: 0.2 } } },
      cancelled: { status: 200, data: { finalStatus: 'cancelled' } },
      retried: { status: 200, data: { finalStatus: 'succeeded', attempt: 1 } },
      batch: { status: 207, data: { results: [{ status: 202, task: { action: 'csv-profile' } }] } },
      page: { status: 200, data: { tasks: [{ finalStatus: 'succeeded' }] } },
      refused: { status: 422, data: { type: 'urn:task-system:input-rejected' } },
    });
  },
);
