import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, it, onTestFinished } from 'vitest';

import { TABLE } from '../../../fakes/table-definition.ts';
import { connect, makeDirectory } from './local-database.ts';
import { recordTexts } from './record-texts.ts';
import { keyOf, openStreamed, put } from './streamed-table.ts';

const SERVER = fileURLToPath(new URL('./serve-streamed.ts', import.meta.url));
const ROUNDS = 6;
const KEYS = ['a', 'b', 'c'];

/** Values by their item's key, each once, in the order in which they came. */
type Values = Map<string, Set<string>>;

const add = (values: Values, key: string, value: string): void =>
  void values.set(key, (values.get(key) ?? new Set()).add(value));

it(
  'tells every acknowledged write, in order, though its process is killed again and again',
  { timeout: 120_000 },
  async () => {
    const directory = await makeDirectory();
    const { database, stream } = await openStreamed({ directory });
    await database.close();
    const acknowledged: Values = new Map();
    const told: Values = new Map();
    for (let round = 0; round < ROUNDS; round += 1) {
      const child = spawn(process.execPath, [SERVER, directory, stream.arn], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      const lines = createInterface(child.stdout);
      const [url] = await once(lines, 'line');
      lines.on('line', (line) => {
        const [key = '', value = ''] = line.split(' ');
        add(told, key, value);
      });
      const ended = once(child, 'close');
      const client = connect(String(url));
      let count = 0;
      const write = async (key: string): Promise<void> => {
        for (let turn = 0; ; turn += 1) {
          const value = `${round}/${turn}`;
          await put(client, key, value);
          add(acknowledged, key, value);
          count += 1;
          // At another moment of the others' writes each time.
          if (count === 5 + 7 * round) child.kill('SIGKILL');
        }
      };
      await Promise.allSettled(KEYS.map(write));
      await ended;
    }

    const last = await openStreamed({ directory });
    for (const record of last.stream.records()) {
      const [key, , value] = recordTexts(record);
      add(told, key, value);
    }
    for (const key of KEYS) {
      const written = [...(acknowledged.get(key) ?? [])];
      const heard = [...(told.get(key) ?? [])];
      expect(written.length).toBeGreaterThan(ROUNDS);
      expect(heard.filter((value) => written.includes(value))).toEqual(written);
      const { Item } = await last.client.send(new GetItemCommand({ TableName: TABLE, Key: keyOf(key) }));
      expect(heard.at(-1)).toBe(Item?.['value']?.S);
    }
  },
);
