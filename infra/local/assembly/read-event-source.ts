import type { TemplateResource } from './cloud-assembly.ts';
import type { PropertyRule } from './property-bag.ts';
import { readResource } from './read-resource.ts';
import type { References } from './resolve-intrinsics.ts';

/** A queue whose messages invoke a function. */
export interface EventSourceDefinition {
  readonly queueArn: string;
  /** Name or ARN of the function. */
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowMs: number;
  /** Concurrent batches at most; absent: as many as the function has environments. */
  readonly maxConcurrency: number | undefined;
  readonly reportsItemFailures: boolean;
}

const SECOND_MS = 1000;
const EVENT_SOURCE: PropertyRule = {
  used: [
    'BatchSize',
    'Enabled',
    'EventSourceArn',
    'FunctionName',
    'FunctionResponseTypes',
    'MaximumBatchingWindowInSeconds',
    'ScalingConfig',
  ],
  ignored: ['KmsKeyArn', 'MetricsConfig', 'Tags'],
};
const SCALING: PropertyRule = { used: ['MaximumConcurrency'] };

/**
 * The mapping that an `AWS::Lambda::EventSourceMapping` of a queue describes; nothing when it is disabled. Absent values are Lambda's
 * defaults: batches of 10, no window.
 *
 * @throws Error at a property that the local stack does not know, filter criteria among them.
 */
export function readEventSource(
  resource: TemplateResource,
  references: References,
): EventSourceDefinition | undefined {
  const bag = readResource(resource, EVENT_SOURCE, references);
  if (!bag.boolean('Enabled', true)) return undefined;
  const scaling = bag.section('ScalingConfig', SCALING);
  return {
    queueArn: bag.text('EventSourceArn'),
    functionName: bag.text('FunctionName'),
    batchSize: bag.number('BatchSize', 10),
    windowMs: bag.number('MaximumBatchingWindowInSeconds', 0) * SECOND_MS,
    maxConcurrency:
      scaling?.has('MaximumConcurrency') === true ? scaling.number('MaximumConcurrency', 2) : undefined,
    reportsItemFailures: bag.list('FunctionResponseTypes').includes('ReportBatchItemFailures'),
  };
}
