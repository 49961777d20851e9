import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.ts';

test('an environment dies with its parent, even by kill -9 and while its handler never yields', async () => {
  const directory = temporaryDirectory();
  const spin =
    "exports.handler = async () => { require('node:fs').writeSync(1, `pid ${process.pid}\\n`); for (;;); };";
  writeFileSync(path.join(directory, 'index.cjs'), spin);
  const script = fileURLToPath(new URL('./orphaned-parent.ts', import.meta.url));
  const parent = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  const pid = Number(/pid (\d+)/.exec(String(line))?.[1]);
  onTestFinished(() => killIfThere(pid));
  expect(process.kill(pid, 0)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 5000);
});

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // As it should be.
  }
}
