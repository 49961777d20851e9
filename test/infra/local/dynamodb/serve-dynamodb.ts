import { startDynamoDb } from '../../../../infra/local/dynamodb/start-dynamodb.ts';

/** A process with a database in the directory of its first argument: it prints the URL, and serves until it is killed. */
const [, , directory] = process.argv;
if (directory === undefined) throw new Error('The first argument is the directory of the data.');
const { url } = await startDynamoDb({ directory });
process.stdout.write(`${url}\n`);
