import type { TemplateResource } from './cloud-assembly.ts';
import type { PropertyRule } from './property-bag.ts';
import { readResource } from './read-resource.ts';
import type { References } from './resolve-intrinsics.ts';

/** How a function's asynchronous invocations are tried again, and where they end. */
export interface InvokeConfig {
  /** Name or ARN of the function. */
  readonly functionName: string;
  /** After the function failed, further tries at most: 0 to 2. */
  readonly maxRetries: number;
  /** An event is not tried again when it is older. */
  readonly maxAgeMs: number;
  /** Of the queue that is told of an event that was given up; absent: nobody is. */
  readonly onFailureArn: string | undefined;
}

/** What holds for a function without a configuration: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
export const DEFAULT_INVOKE_CONFIG: Omit<InvokeConfig, 'functionName'> = {
  maxRetries: 2,
  maxAgeMs: 21_600_000,
  onFailureArn: undefined,
};

const INVOKE_CONFIG: PropertyRule = {
  used: [
    'DestinationConfig',
    'FunctionName',
    'MaximumEventAgeInSeconds',
    'MaximumRetryAttempts',
    'Qualifier',
  ],
};
const DESTINATIONS: PropertyRule = { used: ['OnFailure'] };
const DESTINATION: PropertyRule = { used: ['Destination'] };

const SECOND_MS = 1000;
const LATEST = '$LATEST';

/**
 * What an `AWS::Lambda::EventInvokeConfig` says. Absent values are Lambda's defaults: two more tries, within six hours.
 *
 * @throws Error at a property that the local stack does not know, a version or alias, and a destination that is no queue of the template.
 */
export function readInvokeConfig(
  resource: TemplateResource,
  references: References,
  queues: ReadonlySet<string>,
): InvokeConfig {
  const bag = readResource(resource, INVOKE_CONFIG, references);
  const qualifier = bag.text('Qualifier', LATEST);
  if (qualifier !== LATEST) {
    throw new Error(`${bag.where} has Qualifier ${qualifier}: the local stack knows ${LATEST} only.`);
  }
  const destinations = bag.section('DestinationConfig', DESTINATIONS);
  const onFailureArn = destinations?.section('OnFailure', DESTINATION)?.text('Destination');
  if (onFailureArn !== undefined && !queues.has(onFailureArn)) {
    throw new Error(
      `${bag.where} has OnFailure ${onFailureArn}: the local stack needs a queue of the template there.`,
    );
  }
  const { maxRetries, maxAgeMs } = DEFAULT_INVOKE_CONFIG;
  return {
    functionName: bag.text('FunctionName'),
    maxRetries: bag.number('MaximumRetryAttempts', maxRetries),
    maxAgeMs: bag.number('MaximumEventAgeInSeconds', maxAgeMs / SECOND_MS) * SECOND_MS,
    onFailureArn,
  };
}
