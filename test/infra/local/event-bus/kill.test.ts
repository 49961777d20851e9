import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { writeAssembly } from '../fixture-assembly.ts';
import { temporaryDirectory, temporaryDirectoryInRepository } from '../temporary-directory.ts';
import { EVENT_CODE, EVENT_RESOURCES } from './event-fixture.ts';
import { stackClients, type StackClients } from './stack-clients.ts';

const SERVER = fileURLToPath(new URL('./serve-stack.ts', import.meta.url));

interface RunningStack extends StackClients {
  /** Ends the process as `kill -9` does. */
  readonly kill: () => Promise<void>;
}

async function startProcess(assemblyDirectory: string, dataDirectory: string): Promise<RunningStack> {
  const child: ChildProcess = spawn(process.execPath, [SERVER, assemblyDirectory, dataDirectory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  const lines: string[] = [];
  if (child.stdout === null) throw new Error('The process has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') break;
    lines.push(line);
  }
  child.stdout.resume();
  return { ...stackClients(lines), kill };
}

test('an event that was acknowledged reaches function and queue after the whole stack was killed', async () => {
  const assemblyDirectory = temporaryDirectoryInRepository();
  writeAssembly(assemblyDirectory, EVENT_RESOURCES, EVENT_CODE);
  const dataDirectory = temporaryDirectory();
  const first = await startProcess(assemblyDirectory, dataDirectory);
  await first.put({ order: 1 });
  await first.kill();
  const second = await startProcess(assemblyDirectory, dataDirectory);
  const event = { source: 'shop', detail: { order: 1 } };
  expect(await second.messages('Results')).toContainEqual(expect.objectContaining(event));
  expect(await second.messages('Copies')).toContainEqual({ from: 'shop', detail: { order: 1 } });
});

test('an event whose function was at work when the stack was killed is given to it again', async () => {
  const assemblyDirectory = temporaryDirectoryInRepository();
  writeAssembly(assemblyDirectory, EVENT_RESOURCES, EVENT_CODE);
  const dataDirectory = temporaryDirectory();
  const first = await startProcess(assemblyDirectory, dataDirectory);
  const hang = path.join(dataDirectory, 'begun');
  await first.put({ hang });
  await vi.waitFor(() => expect(existsSync(hang)).toBe(true), 20_000);
  await first.kill();
  const second = await startProcess(assemblyDirectory, dataDirectory);
  expect(await second.messages('Results')).toMatchObject([{ detail: { hang } }]);
});
