import { describe, expect, test } from 'vitest';
import { parseStartOptions } from '../../../infra/local/start-options.ts';

describe('the start command', () => {
  test('has a default for everything', () => {
    expect(parseStartOptions([])).toEqual({
      port: 3000,
      dataDirectory: '.local',
      actions: 'functions/actions/registry.ts',
      help: false,
    });
  });

  test('takes port, data directory and actions, and keeps nothing with --memory', () => {
    const given = ['--port', '0', '--data', 'd', '--actions', 'a.ts'];
    expect(parseStartOptions(given)).toEqual({ port: 0, dataDirectory: 'd', actions: 'a.ts', help: false });
    expect(parseStartOptions([...given, '--memory']).dataDirectory).toBeUndefined();
  });

  test.each([
    [['--prot', '1'], '--prot'],
    [['--port'], '--port'],
    [['--port', '65536'], '--port 65536 is no port: name one from 1 to 65535, or 0 for a free one.'],
    [['--port', '1e3'], '--port 1e3 is no port'],
    [['extra'], 'extra'],
    [['--data', ''], '--data is empty: name a directory, or start with --memory.'],
    [['--data='], '--data is empty'],
  ])('refuses %j', (given, sentence) => {
    expect(() => parseStartOptions(given)).toThrow(sentence);
  });
});
