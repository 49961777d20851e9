import { join } from 'node:path';

import { lockDirectory } from '../directory-lock.ts';
import { openEngine } from './engine.ts';
import { removeExpired } from './expiry.ts';
import { openWireServer } from '../wire/wire-server.ts';
import { answer } from './operations.ts';
import { endWrites } from './record-writes.ts';
import { createTables } from './tables.ts';
import type { TableStream } from './table-stream.ts';
import { openTableStreams } from './table-streams.ts';
import type { TimeToLiveSettings } from './time-to-live.ts';

/** DynamoDB takes days over it. Each sweep reads whole tables, and readers must not see what has expired anyway. */
const SWEEP_EVERY_MS = 5 * 60_000;

/** How to start the local DynamoDB. */
export interface LocalDynamoDbOptions {
  /** Where the data lies; in memory without it. What was acknowledged survives the death of the process. */
  readonly directory?: string;
  /** The port on 127.0.0.1; by default, or with 0, a free one. */
  readonly port?: number;
  /** The time that items expire by and that their stream's records carry, in epoch milliseconds; by default the system's. */
  readonly now?: () => number;
}

/** A DynamoDB on this machine, for the AWS SDK with any region and any credentials. */
export interface LocalDynamoDb {
  /** The endpoint, at 127.0.0.1. */
  readonly url: string;
  /** Write units since the start. Refused conditions count: DynamoDB bills them, although its answers never say so. */
  readonly writeUnits: number;
  /** The stream of an ARN; `undefined` when no table has, or had, it. */
  streamOf(arn: string): TableStream | undefined;
  /** Deletes now what the sweep would delete within five minutes: items whose time to live has passed. */
  expireNow(): Promise<void>;
  /** Stops listening, lets what was accepted finish, and closes the data. */
  close(): Promise<void>;
}

/**
 * Starts dynalite behind a front that adds what it lacks: the item that refused a condition, the indexes' share of the
 * consumed capacity, the time to live, and the tables' streams.
 * @throws when the port is taken, or another instance has the directory open: the message names it and the cure; whatever LevelDB says
 * when the data is damaged.
 */
export async function startDynamoDb(options: LocalDynamoDbOptions = {}): Promise<LocalDynamoDb> {
  const { directory, port = 0, now = Date.now } = options;
  await using opened = new AsyncDisposableStack();
  const lock = directory === undefined ? undefined : lockDirectory(directory);
  opened.defer(() => lock?.release());
  const engine = await openEngine(directory === undefined ? undefined : join(directory, 'tables'));
  opened.defer(() => engine.close());
  const streams = openTableStreams(directory === undefined ? undefined : join(directory, 'streams'), now);
  opened.defer(() => streams.close());
  const tables = createTables(engine, streams);
  await endWrites(tables);
  const settings: TimeToLiveSettings = new Map();

  let sweeping = Promise.resolve();
  const expireNow = (): Promise<void> => {
    const swept = sweeping.then(() => removeExpired(tables, settings, now()));
    sweeping = swept.catch(leaveToNextSweep);
    return swept;
  };
  const sweep = setInterval(() => void expireNow().catch(leaveToNextSweep), SWEEP_EVERY_MS).unref();
  opened.defer(async () => {
    clearInterval(sweep);
    await sweeping;
  });

  const front = await openWireServer(port, (request) => answer(tables, settings, request));
  opened.defer(() => front.close());
  const parts = opened.move();
  return {
    url: `http://127.0.0.1:${front.port}`,
    get writeUnits() {
      return tables.writeUnits;
    },
    streamOf: (arn) => streams.named(arn),
    expireNow,
    close: () => parts.disposeAsync(),
  };
}

function leaveToNextSweep(): void {}
