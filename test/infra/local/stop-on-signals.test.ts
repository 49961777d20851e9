import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { stopOnSignals } from '../../../infra/local/stop-on-signals.ts';

/** What signals at these times, in milliseconds, do. */
function deedsAt(...times: number[]): string[] {
  const signals = new EventEmitter();
  const deeds: string[] = [];
  let nowMs = 0;
  stopOnSignals({
    signals,
    nowMs: () => nowMs,
    stop: () => deeds.push('stop'),
    kill: () => deeds.push('kill'),
  });
  for (const [turn, time] of times.entries()) {
    nowMs = time;
    signals.emit(turn % 2 === 0 ? 'SIGINT' : 'SIGTERM');
  }
  return deeds;
}

test('a signal stops, and its echoes within a second do nothing more', () => {
  expect(deedsAt(5000)).toEqual(['stop']);
  expect(deedsAt(5000, 5003, 5900)).toEqual(['stop']);
});

test('a signal more than a second after the first kills', () => {
  expect(deedsAt(5000, 5003, 6001)).toEqual(['stop', 'kill']);
});
