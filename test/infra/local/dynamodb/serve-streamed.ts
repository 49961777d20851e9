import { writeSync } from 'node:fs';

import { startDynamoDb } from '../../../../infra/local/dynamodb/start-dynamodb.ts';
import { recordTexts } from './record-texts.ts';

/**
 * A process with a database in the directory of its first argument that reads the stream of its second: it prints the URL, then
 * `KEY VALUE` for each record before it passes it, until it is killed.
 */
const [, , directory = '', arn = ''] = process.argv;
const database = await startDynamoDb({ directory });
const stream = database.streamOf(arn);
if (stream === undefined) throw new Error(`There is no stream ${arn}.`);
stream.startFrom('TRIM_HORIZON');
writeSync(1, `${database.url}\n`);
for (const forever = new AbortController(); ; await stream.grown(forever.signal)) {
  for (const record of stream.records()) {
    const [key, , value] = recordTexts(record);
    writeSync(1, `${key} ${value}\n`);
    stream.pass(record.dynamodb.SequenceNumber);
  }
}
