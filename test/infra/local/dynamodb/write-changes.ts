import { writeSync } from 'node:fs';

import { openChangeLog } from '../../../../infra/local/dynamodb/change-log.ts';

/**
 * A process that makes changes for ever, in the file of its first argument, and passes what it has printed: `acknowledged VALUE` when a
 * change is made, `delivered VALUE` before it is passed. Values begin with its second argument.
 */
const [, , file, round] = process.argv;
// Not by process.stdout, which may keep lines back.
const print = (line: string): void => void writeSync(1, `${line}\n`);
const log = openChangeLog(file, Date.now);
log.view = 'NEW_IMAGE';
// Large enough for the file to be written anew now and then.
const filler = { S: 'x'.repeat(40_000) };
for (const { number } of log.begun()) log.end(number, undefined);
for (let turn = 0; ; turn += 1) {
  const value = `${round}/${turn}`;
  const number = log.begin({ key: { pk: { S: 'a' } }, before: undefined });
  if (number === undefined) throw new Error('The log notes nothing.');
  log.end(number, { value: { S: value }, filler });
  print(`acknowledged ${value}`);
  if (turn % 3 !== 0) continue;
  for (const change of log.ended()) {
    const told = change.after?.['value'];
    print(`delivered ${told !== undefined && 'S' in told ? told.S : ''}`);
    log.pass(change.number);
  }
}
