import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type {
  EventBridgeClient,
  PutEventsRequestEntry,
  PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import type { BusEvent, EventBus, PutOutcome } from '../task/event-bus.ts';
import { bytesOf } from '../task/utf8.ts';

/** `Source` of every event, by which rules tell it from those of others. */
const SOURCE = 'task-system';
/** What PutEvents takes at once. */
const MAX_ENTRIES = 10;
/** A request holds 1 MB today and held 256 KB for years; the smaller one is enough, and valid everywhere. */
const MAX_REQUEST_BYTES = 240 * 1024;
/** What an entry weighs beside its detail: source, type, and time, which counts 14 bytes. */
const ENTRY_BYTES = 64;
/** What is wrong with an entry itself: the same entry will never be taken. */
const REFUSALS: ReadonlySet<string> = new Set(['InvalidArgument', 'MalformedDetail']);

/**
 * A bus of EventBridge, by its name or ARN. Events are put in as few requests as its limits allow; an answer of 200 may carry
 * failures of single entries (`FailedEntryCount`), which are told as such:
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function createEventBridgeBus(options: {
  readonly client: EventBridgeClient;
  readonly busName: string;
}): EventBus {
  const { client, busName } = options;

  async function putTogether(events: readonly BusEvent[]): Promise<readonly PutOutcome[]> {
    try {
      const entries = events.map((event) => entryOf(event, busName));
      const answer = await client.send(new PutEventsCommand({ Entries: entries }));
      return events.map((_, index) => outcomeOf(answer.Entries?.[index]));
    } catch (error) {
      const failure = { kind: 'failed', code: nameOf(error), message: 'The request failed.' } as const;
      return events.map(() => failure);
    }
  }

  return {
    async put(events) {
      const outcomes: PutOutcome[] = [];
      for (const request of requestsOf(events)) outcomes.push(...(await putTogether(request)));
      return outcomes;
    },
  };
}

function entryOf({ type, time, detail }: BusEvent, busName: string): PutEventsRequestEntry {
  return { EventBusName: busName, Source: SOURCE, DetailType: type, Time: new Date(time), Detail: detail };
}

function outcomeOf(entry: PutEventsResultEntry = {}): PutOutcome {
  if (entry.EventId !== undefined) return { kind: 'accepted' };
  const { ErrorCode: code = 'InternalFailure', ErrorMessage: message = 'EventBridge does not say.' } = entry;
  return { kind: REFUSALS.has(code) ? 'refused' : 'failed', code, message };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}

function requestsOf(events: readonly BusEvent[]): readonly (readonly BusEvent[])[] {
  const requests: BusEvent[][] = [];
  let bytes = Infinity;
  for (const event of events) {
    const size = bytesOf(event.detail) + ENTRY_BYTES;
    const last = requests.at(-1);
    if (last === undefined || last.length === MAX_ENTRIES || bytes + size > MAX_REQUEST_BYTES) {
      requests.push([event]);
      bytes = size;
    } else {
      last.push(event);
      bytes += size;
    }
  }
  return requests;
}
