import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openEventLog } from '../../../../infra/local/event-bus/event-log.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

test('an event stands on a line of its own, also behind one that a death cut short', () => {
  const directory = temporaryDirectory();
  const file = path.join(directory, 'logs/events.log');
  mkdirSync(path.dirname(file));
  writeFileSync(file, '{"id":"1"}\n{"id":"2","det');
  openEventLog(directory, () => {})([{ id: '3' }]);
  openEventLog(directory, () => {})([{ id: '4' }]);
  expect(readFileSync(file, 'utf8')).toBe('{"id":"1"}\n{"id":"2","det\n{"id":"3"}\n{"id":"4"}\n');
});
