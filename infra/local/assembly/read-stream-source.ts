import { parseEventPattern } from '../event-pattern/match-event-pattern.ts';
import type { TemplateResource } from './cloud-assembly.ts';
import type { PropertyBag, PropertyRule } from './property-bag.ts';
import { readResource } from './read-resource.ts';
import type { TableDefinition } from './read-table.ts';
import type { References } from './resolve-intrinsics.ts';

/** A table's stream whose records invoke a function. */
export interface StreamSourceDefinition {
  readonly streamArn: string;
  /** Name or ARN of the function. */
  readonly functionName: string;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly batchSize: number;
  readonly windowMs: number;
  /** Whether the function is to see a record; it passes over the others. */
  readonly matches: (record: unknown) => boolean;
  readonly reportsItemFailures: boolean;
  readonly bisects: boolean;
  /** How often a batch is handed over again; possibly infinite. */
  readonly maxRetries: number;
  /** How old a record may be when it is handed over. */
  readonly maxAgeMs: number;
  /** The queue that is told of discarded records. */
  readonly failureQueueArn: string | undefined;
}

const SECOND_MS = 1000;
/** As long as DynamoDB keeps a record, there is nothing to hand over later. */
const KEPT_MS = 24 * 60 * 60 * SECOND_MS;
/** Lambda's word for "as often" and "as long as it goes". */
const UNLIMITED = -1;
const STREAM_SOURCE: PropertyRule = {
  used: [
    'BatchSize',
    'BisectBatchOnFunctionError',
    'DestinationConfig',
    'Enabled',
    'EventSourceArn',
    'FilterCriteria',
    'FunctionName',
    'FunctionResponseTypes',
    'MaximumBatchingWindowInSeconds',
    'MaximumRecordAgeInSeconds',
    'MaximumRetryAttempts',
    'StartingPosition',
  ],
  // There is one shard, in order, which every factor allows.
  ignored: ['KmsKeyArn', 'MetricsConfig', 'ParallelizationFactor', 'Tags'],
};
const CRITERIA: PropertyRule = { used: ['Filters'] };
const FILTER: PropertyRule = { used: ['Pattern'] };
const DESTINATION_CONFIG: PropertyRule = { used: ['OnFailure'] };
const ON_FAILURE: PropertyRule = { used: ['Destination'] };

/**
 * The mapping that an `AWS::Lambda::EventSourceMapping` of a table's stream describes; nothing when it is disabled. Absent values are
 * Lambda's defaults: batches of 100, no window, retries until the record is a day old
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html).
 *
 * @throws Error at a property, a filter or a destination that the local stack does not know.
 */
export function readStreamSource(
  resource: TemplateResource,
  references: References,
): StreamSourceDefinition | undefined {
  const bag = readResource(resource, STREAM_SOURCE, references);
  if (!bag.boolean('Enabled', true)) return undefined;
  const maxRetries = bag.number('MaximumRetryAttempts', UNLIMITED);
  const maxAgeSeconds = bag.number('MaximumRecordAgeInSeconds', UNLIMITED);
  return {
    streamArn: bag.text('EventSourceArn'),
    functionName: bag.text('FunctionName'),
    startingPosition: readPosition(bag),
    batchSize: bag.number('BatchSize', 100),
    windowMs: bag.number('MaximumBatchingWindowInSeconds', 0) * SECOND_MS,
    matches: readFilters(bag),
    reportsItemFailures: bag.list('FunctionResponseTypes').includes('ReportBatchItemFailures'),
    bisects: bag.boolean('BisectBatchOnFunctionError', false),
    maxRetries: maxRetries === UNLIMITED ? Infinity : maxRetries,
    maxAgeMs: maxAgeSeconds === UNLIMITED ? KEPT_MS : maxAgeSeconds * SECOND_MS,
    failureQueueArn: readDestination(bag),
  };
}

/** @throws Error when two mappings read one stream: its position is kept for one reader. */
export function refuseSharedStreams(sources: readonly StreamSourceDefinition[]): void {
  const readers = Map.groupBy(sources, ({ streamArn }) => streamArn);
  for (const [streamArn, [one, other]] of readers) {
    if (one === undefined || other === undefined) continue;
    throw new Error(
      `The stream ${streamArn} has mappings to ${one.functionName} and to ${other.functionName}: the local stack knows one a stream; let one function call the other.`,
    );
  }
}

/** The tables, of which those have no stream that nobody reads: it would only fill the memory, with what is gone in a day. */
export function withoutUnreadStreams(
  tables: readonly TableDefinition[],
  sources: readonly StreamSourceDefinition[],
): TableDefinition[] {
  const read = new Set(sources.map(({ streamArn }) => streamArn));
  return tables.map((table) => {
    const { StreamSpecification, ...create } = table.create;
    return StreamSpecification === undefined || read.has(table.streamArn) ? table : { ...table, create };
  });
}

function readPosition(bag: PropertyBag): StreamSourceDefinition['startingPosition'] {
  const position = bag.text('StartingPosition');
  if (position === 'TRIM_HORIZON' || position === 'LATEST') return position;
  throw new Error(`${bag.where} has StartingPosition ${position}: it is TRIM_HORIZON or LATEST.`);
}

/** One of the filters must match, if there are any. */
function readFilters(bag: PropertyBag): (record: unknown) => boolean {
  const filters = bag.section('FilterCriteria', CRITERIA)?.sections('Filters', FILTER) ?? [];
  const tests = filters.map((filter) => {
    const pattern = filter.text('Pattern');
    const where = `${filter.where}, Pattern,`;
    return parseEventPattern(parseJson(pattern, where), where);
  });
  return tests.length === 0 ? () => true : (record) => tests.some((matches) => matches(record));
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${where} is no JSON: ${text}`, { cause: error });
  }
}

function readDestination(bag: PropertyBag): string | undefined {
  const onFailure = bag.section('DestinationConfig', DESTINATION_CONFIG)?.section('OnFailure', ON_FAILURE);
  if (onFailure === undefined) return undefined;
  const arn = onFailure.text('Destination');
  if (arn.split(':')[2] === 'sqs') return arn;
  throw new Error(
    `${onFailure.where} has Destination ${arn}: the local stack tells queues only; name a queue.`,
  );
}
