import { startSqs } from '../../../../infra/local/sqs/start-sqs.ts';

/** A process with queues in the directory of its first argument: it prints the URL, and serves until it is killed. */
const [, , directory] = process.argv;
if (directory === undefined) throw new Error('The first argument is the directory of the data.');
const { url } = await startSqs({ directory });
process.stdout.write(`${url}\n`);
