import type { TemplateResource } from './cloud-assembly.ts';
import type { PropertyRule } from './property-bag.ts';
import { readResource } from './read-resource.ts';
import type { References } from './resolve-intrinsics.ts';

/** A queue to create. */
export interface QueueDefinition {
  readonly name: string;
  readonly arn: string;
  /** Attributes in SQS's own words and texts; a redrive policy is JSON. */
  readonly attributes: Readonly<Record<string, string>>;
}

const NUMBERS = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
];
const QUEUE: PropertyRule = {
  used: [...NUMBERS, 'QueueName', 'RedrivePolicy'],
  ignored: [
    'KmsDataKeyReusePeriodSeconds',
    'KmsMasterKeyId',
    'RedriveAllowPolicy',
    'SqsManagedSseEnabled',
    'Tags',
  ],
};
const REDRIVE: PropertyRule = { used: ['deadLetterTargetArn', 'maxReceiveCount'] };

/**
 * The standard queue that an `AWS::SQS::Queue` describes. A property that the template leaves out keeps SQS's default.
 *
 * @throws Error at a property or value that the local stack does not know, FIFO queues among them.
 */
export function readQueue(resource: TemplateResource, references: References): QueueDefinition {
  const queue = readResource(resource, QUEUE, references);
  const attributes: Record<string, string> = {};
  for (const name of NUMBERS) {
    if (queue.has(name)) attributes[name] = String(queue.number(name, 0));
  }
  const redrive = queue.section('RedrivePolicy', REDRIVE);
  if (redrive !== undefined) {
    attributes['RedrivePolicy'] = JSON.stringify({
      deadLetterTargetArn: redrive.text('deadLetterTargetArn'),
      maxReceiveCount: redrive.number('maxReceiveCount', 10),
    });
  }
  return {
    name: references.attribute(resource.logicalId, 'QueueName'),
    arn: references.attribute(resource.logicalId, 'Arn'),
    attributes,
  };
}
