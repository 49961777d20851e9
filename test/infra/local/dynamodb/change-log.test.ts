import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { describe, expect, it, onTestFinished } from 'vitest';

import { type ChangeLog, openChangeLog } from '../../../../infra/local/dynamodb/change-log.ts';

const WRITER = fileURLToPath(new URL('./write-changes.ts', import.meta.url));

function newFile(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'task-system-changes-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return path.join(directory, 'changes');
}

function open(file: string): ChangeLog {
  const log = openChangeLog(file, Date.now);
  onTestFinished(() => log.close());
  return log;
}

function change(log: ChangeLog, value: string): number {
  const number = log.begin({ key: { pk: { S: 'a' } }, before: undefined }) ?? 0;
  log.end(number, { pk: { S: 'a' }, value: { S: value } });
  return number;
}

function values(log: ChangeLog): unknown[] {
  return [...log.ended()]
    .map(({ after }) => after?.['value'])
    .map((value) => value && 'S' in value && value.S);
}

describe('a log of changes', () => {
  it('knows after a death what was begun, and tells no later change before it has ended', () => {
    const file = newFile();
    const log = open(file);
    log.view = 'NEW_IMAGE';
    const begun = log.begin({ key: { pk: { S: 'a' } }, before: { pk: { S: 'a' } } });
    change(log, 'later');
    const next = open(file);
    expect(next.begun()).toMatchObject([{ number: begun, before: { pk: { S: 'a' } } }]);
    expect(values(next)).toEqual([]);
    next.end(begun ?? 0, { pk: { S: 'a' }, value: { S: 'now' } });
    expect(values(next)).toEqual(['now', 'later']);
  });

  it('keeps nothing of a change that came to nothing', () => {
    const file = newFile();
    const log = open(file);
    log.view = 'NEW_IMAGE';
    const begun = log.begin({ key: { pk: { S: 'a' } }, before: { pk: { S: 'a' } } });
    log.end(begun ?? 0, { pk: { S: 'a' } });
    for (const one of [log, open(file)]) expect([one.begun(), values(one)]).toEqual([[], []]);
  });

  it('reads its file wherever a death cut it, and never uses a number twice', () => {
    const file = newFile();
    const log = open(file);
    log.view = 'NEW_IMAGE';
    const numbers = ['1', '2', '3'].map((value) => change(log, value));
    const whole = readFileSync(file);
    for (let length = 0; length <= whole.length; length += 1) {
      writeFileSync(file, whole.subarray(0, length));
      const cut = openChangeLog(file, Date.now);
      const lines = whole.subarray(0, length).toString().split('\n').slice(0, -1);
      expect([...cut.ended()]).toHaveLength(lines.filter((line) => line.includes('ended')).length);
      cut.view = 'NEW_IMAGE';
      expect(numbers.slice(0, cut.last)).not.toContain(change(cut, 'new'));
      cut.close();
      // What has begun holds up what comes behind it.
      expect(values(open(file)).includes('new')).toBe(cut.begun().length === 0);
    }
  });

  it('refuses a file that is damaged elsewhere', () => {
    const file = newFile();
    writeFileSync(file, '{"view":"NEW_IMAGE"}\n{"begun":\n{"passed":1}\n');
    expect(() => openChangeLog(file, Date.now)).toThrow(`${file} is damaged in line 2`);
  });

  it('does not grow with what has been passed, and loses nothing by it', () => {
    const file = newFile();
    const log = open(file);
    log.view = 'NEW_IMAGE';
    const long = { S: 'x'.repeat(50_000) };
    let longest = 0;
    for (let turn = 0; turn < 200; turn += 1) {
      const number = log.begin({ key: {}, before: { long } }) ?? 0;
      log.end(number, undefined);
      if (turn === 100) continue;
      log.pass(number - 1);
      longest = Math.max(longest, statSync(file).size);
    }
    expect(longest).toBeLessThan(1_500_000);
    const next = open(file);
    expect([next.view, next.passed, next.last]).toEqual(['NEW_IMAGE', 199, 200]);
    expect([...next.ended()]).toEqual([...log.ended()]);
    expect([...next.ended()].map(({ number }) => number)).toEqual([200]);
  });

  it('loses no acknowledged change, nor the order, in dozens of deaths', { timeout: 120_000 }, async () => {
    const file = newFile();
    const acknowledged: string[] = [];
    const delivered: string[] = [];
    for (let round = 0; round < 30; round += 1) {
      const child = spawn(process.execPath, [WRITER, file, String(round)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const output = text(child.stdout);
      let seen = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        seen += chunk.length;
        if (seen > 200 + round * 97) child.kill('SIGKILL');
      });
      await once(child, 'close');
      expect(child.signalCode).toBe('SIGKILL');
      for (const line of (await output).split('\n').slice(0, -1)) {
        const [kind, value = ''] = line.split(' ');
        (kind === 'acknowledged' ? acknowledged : delivered).push(value);
      }
    }
    delivered.push(...values(open(file)).map(String));
    expect(acknowledged.length).toBeGreaterThan(100);
    const firsts = [...new Set(delivered)];
    expect(acknowledged.filter((value) => !firsts.includes(value))).toEqual([]);
    expect(firsts.filter((value) => acknowledged.includes(value))).toEqual(acknowledged);
  });
});
