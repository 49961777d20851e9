import { busNameOf, DEFAULT_BUS } from '../assembly/read-event-bus.ts';
import { isRecord, type JsonRecord } from '../assembly/record.ts';
import { busEvent } from './bus-event.ts';

/** An event that a bus accepted. */
export interface AcceptedEvent {
  readonly busName: string;
  readonly event: JsonRecord;
}

/** Why one entry was refused, in PutEvents' words. */
interface RefusedEntry {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** Why a whole request was refused. */
export interface RefusedRequest {
  readonly type: string;
  readonly message: string;
}

/** What became of a request, entry by entry. */
export interface PutEventsOutcome {
  readonly accepted: readonly AcceptedEvent[];
  /** The answer to the caller, once the accepted events are safe. */
  readonly answer: {
    readonly FailedEntryCount: number;
    readonly Entries: readonly ({ readonly EventId: string } | RefusedEntry)[];
  };
}

const MAX_ENTRIES = 10;
const MAX_BYTES = 1024 * 1024;
/** What a time counts for, however it is written. */
const TIME_BYTES = 14;
const REQUIRED = ['Source', 'DetailType', 'Detail'] as const;

/**
 * Judges the input of PutEvents as EventBridge does (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html):
 * each entry by itself, but number and size of the entries together. Beyond EventBridge, which drops such an event without a word,
 * an entry for a bus that does not exist is refused.
 */
export function putEvents(
  input: JsonRecord,
  busNames: readonly string[],
  nowMs: number,
): PutEventsOutcome | RefusedRequest {
  const entries = Array.isArray(input['Entries']) ? input['Entries'].map(toRecord) : [];
  if (entries.length === 0 || entries.length > MAX_ENTRIES) {
    const rule = entries.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${MAX_ENTRIES}`;
    return validationError(
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${rule}`,
    );
  }
  if (sum(entries.map(entrySize)) > MAX_BYTES) {
    return validationError('Total size of the entries in the request is over the limit.');
  }
  const results = entries.map((entry) => readEntry(entry, busNames, nowMs));
  const accepted = results.filter((result) => 'event' in result);
  return {
    accepted,
    answer: {
      FailedEntryCount: results.length - accepted.length,
      Entries: results.map((result) =>
        'event' in result ? { EventId: String(result.event['id']) } : result,
      ),
    },
  };
}

function readEntry(
  entry: JsonRecord,
  busNames: readonly string[],
  nowMs: number,
): AcceptedEvent | RefusedEntry {
  const missing = REQUIRED.find((name) => textOf(entry, name) === '');
  if (missing !== undefined) return invalidArgument(missing, `${missing} is a required argument.`);
  const source = textOf(entry, 'Source');
  if (source.startsWith('aws.')) {
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: 'Not authorized for the source.',
    };
  }
  const detail = parse(textOf(entry, 'Detail'));
  if (!isRecord(detail)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const seconds = entry['Time'] ?? nowMs / 1000;
  if (typeof seconds !== 'number' || Number.isNaN(new Date(seconds * 1000).getTime())) {
    return invalidArgument('Time', 'It is a number of seconds since 1970.');
  }
  const bus = textOf(entry, 'EventBusName') || DEFAULT_BUS;
  const busName = busNames.find((name) => name === busNameOf(bus));
  if (busName === undefined) {
    return {
      ErrorCode: 'ResourceNotFoundException',
      ErrorMessage: `Event bus ${bus} does not exist: the local stack has ${busNames.join(', ')}.`,
    };
  }
  const resources = list(entry['Resources']).map(String);
  const detailType = textOf(entry, 'DetailType');
  return { busName, event: busEvent({ detailType, source, timeMs: seconds * 1000, resources, detail }) };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
function entrySize(entry: JsonRecord): number {
  const texts = [...REQUIRED.map((name) => textOf(entry, name)), ...list(entry['Resources']).map(String)];
  return sum(texts.map((text) => Buffer.byteLength(text))) + (entry['Time'] === undefined ? 0 : TIME_BYTES);
}

function toRecord(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

function textOf(entry: JsonRecord, name: string): string {
  const value = entry[name];
  return typeof value === 'string' ? value : '';
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function invalidArgument(name: string, reason: string): RefusedEntry {
  return {
    ErrorCode: 'InvalidArgument',
    ErrorMessage: `Parameter ${name} is not valid. Reason: ${reason}`,
  };
}

function validationError(message: string): RefusedRequest {
  return { type: 'ValidationException', message };
}
