import type { Context, DynamoDBBatchResponse } from 'aws-lambda';
import { readStreamImage } from '../../shared/aws/read-stream-image.ts';
import { endedEvent, isEnded } from '../../shared/events/ended-event.ts';
import type { EndedEventDependencies } from '../../shared/events/ended-event.ts';
import { isStreamBatch } from '../../shared/lambda/stream-batch.ts';
import type { StreamRecord } from '../../shared/lambda/stream-batch.ts';
import type { Clock } from '../../shared/task/clock.ts';
import type { DeadEventQueue, EventFault } from '../../shared/task/dead-event-queue.ts';
import { UnavailableError } from '../../shared/task/errors.ts';
import type { BusEvent, EventBus } from '../../shared/task/event-bus.ts';
import type { Logger } from '../../shared/task/logger.ts';

/** What the events function needs. */
export interface EventsDependencies extends EndedEventDependencies {
  readonly bus: EventBus;
  /** Keeps what will never become an event on the bus. */
  readonly unsent: DeadEventQueue;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Records that are worked on together: what PutEvents takes at once. Those behind a failure wait for it. */
const TOGETHER = 10;
/** How often events are put while this invocation lasts; the stream brings back what failed each time. */
const TRIES = 3;
const PAUSE_MS = 200;
/** With less time than this left no further try is begun. */
const TRY_MS = 10_000;

/**
 * Makes the handler of the events function, which tells the bus of every ended task in a batch of the table's stream. Each event is
 * put at least once, with the same id each time. When one fails, the batch comes again from its record on, so nothing behind it
 * in a later group of ten is put before it; what can never be put is kept in the queue of unsent events, and holds up nobody.
 */
export function createEvents(
  dependencies: EventsDependencies,
): (event: unknown, context: Context) => Promise<DynamoDBBatchResponse> {
  const { clock, logger } = dependencies;
  return async (event, context) => {
    if (!isStreamBatch(event)) {
      logger.error('the events function was invoked with an event that is no batch of a stream');
      return { batchItemFailures: [] };
    }
    const lastTryAt = clock.now() + context.getRemainingTimeInMillis() - TRY_MS;
    for (let start = 0; start < event.Records.length; start += TOGETHER) {
      const records = event.Records.slice(start, start + TOGETHER);
      const isLate = start > 0 && clock.now() > lastTryAt;
      const failed = isLate ? records[0] : await tellOf(dependencies, records, lastTryAt);
      if (failed !== undefined) {
        return { batchItemFailures: [{ itemIdentifier: failed.dynamodb.SequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  };
}

/** Tells of the ended tasks in a few records; answers the first record that has to come again. */
async function tellOf(
  dependencies: EventsDependencies,
  records: readonly StreamRecord[],
  lastTryAt: number,
): Promise<StreamRecord | undefined> {
  const { clock, logger } = dependencies;
  const prepared = await Promise.all(records.map((record) => prepare(dependencies, record)));
  let open: readonly OpenEvent[] = prepared.flatMap((event, index) =>
    typeof event === 'object' ? [{ event, index }] : [],
  );
  const waiting = new Set(prepared.flatMap((event, index) => (event === 'later' ? [index] : [])));
  for (let tries = 1; open.length > 0; tries += 1) {
    const failed = await putAll(dependencies, open);
    if (failed.length === 0) break;
    if (tries === TRIES || clock.now() > lastTryAt) {
      for (const { index } of failed) waiting.add(index);
      break;
    }
    open = failed;
    await clock.sleep(PAUSE_MS * 2 ** tries);
  }
  if (waiting.size === 0) return undefined;
  logger.warn('events could not be put on the bus yet', { count: waiting.size });
  return records[Math.min(...waiting)];
}

/** The event of a record's task: undefined for none, `later` when it cannot be made now. */
async function prepare(
  dependencies: EventsDependencies,
  { dynamodb }: StreamRecord,
): Promise<BusEvent | 'later' | undefined> {
  if (dynamodb.NewImage === undefined) return undefined;
  try {
    const row = readStreamImage(dynamodb.NewImage);
    return row !== undefined && isEnded(row) ? await endedEvent(dependencies, row) : undefined;
  } catch (error) {
    if (error instanceof UnavailableError) return 'later';
    const message = error instanceof Error ? error.message : 'The row cannot be read.';
    const kept = await keep(dependencies, JSON.stringify(dynamodb.Keys ?? {}), {
      code: 'row-unreadable',
      message,
    });
    return kept ? undefined : 'later';
  }
}

interface OpenEvent {
  readonly event: BusEvent;
  readonly index: number;
}

/** Puts events on the bus, and answers those that have to be put again. */
async function putAll(
  dependencies: EventsDependencies,
  open: readonly OpenEvent[],
): Promise<readonly OpenEvent[]> {
  const outcomes = await dependencies.bus.put(open.map(({ event }) => event));
  const failed: OpenEvent[] = [];
  for (const [position, entry] of open.entries()) {
    const outcome = outcomes[position];
    if (outcome?.kind === 'accepted') continue;
    const isKept = outcome?.kind === 'refused' && (await keep(dependencies, entry.event.detail, outcome));
    if (!isKept) failed.push(entry);
  }
  return failed;
}

/** Keeps what will never become an event; answers whether that worked. */
async function keep(
  { unsent, logger }: EventsDependencies,
  body: string,
  fault: EventFault,
): Promise<boolean> {
  try {
    await unsent.keep(body, fault);
    logger.error('an event will never be taken by the bus; it is kept in the queue of unsent events', {
      code: fault.code,
    });
    return true;
  } catch {
    return false;
  }
}
