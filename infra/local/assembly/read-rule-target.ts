import {
  constantInput,
  pathInput,
  templateInput,
  wholeEvent,
  type TargetInput,
} from '../event-bus/target-input.ts';
import type { PropertyBag, PropertyRule } from './property-bag.ts';

/** Where a rule sends its events. */
export interface RuleTarget {
  readonly id: string;
  /** Of a function or a queue of the template. */
  readonly arn: string;
  readonly kind: 'function' | 'queue';
  readonly input: TargetInput;
  /** After a delivery failed, further ones at most. */
  readonly maxRetries: number;
  /** No delivery is tried again when the event is older. */
  readonly maxAgeMs: number;
  /** Of the queue that takes what could not be delivered; absent: it is dropped, and a line says so. */
  readonly deadLetterArn: string | undefined;
}

/** How a target is written. */
export const RULE_TARGET: PropertyRule = {
  used: ['Arn', 'DeadLetterConfig', 'Id', 'Input', 'InputPath', 'InputTransformer', 'RetryPolicy'],
  ignored: ['RoleArn'],
};
const RETRY_POLICY: PropertyRule = { used: ['MaximumEventAgeInSeconds', 'MaximumRetryAttempts'] };
const DEAD_LETTER: PropertyRule = { used: ['Arn'] };
const TRANSFORMER: PropertyRule = { used: ['InputPathsMap', 'InputTemplate'] };

const SECOND_MS = 1000;
const DAY_SECONDS = 86_400;

/** What is in the template, by ARN. */
export interface KnownArns {
  readonly functions: ReadonlySet<string>;
  readonly queues: ReadonlySet<string>;
}

/**
 * One target of an `AWS::Events::Rule`. Absent values are EventBridge's defaults: the whole event, 185 more tries within a day.
 *
 * @throws Error when it is neither a function nor a queue of the template, or its input is not of EventBridge's form.
 */
export function readRuleTarget(target: PropertyBag, { functions, queues }: KnownArns): RuleTarget {
  const arn = target.text('Arn');
  if (!functions.has(arn) && !queues.has(arn)) {
    throw new Error(
      `${target.where} has Arn ${arn}: the local stack sends events to functions and queues of the template only.`,
    );
  }
  const retries = target.section('RetryPolicy', RETRY_POLICY);
  const deadLetterArn = target.section('DeadLetterConfig', DEAD_LETTER)?.text('Arn');
  if (deadLetterArn !== undefined && !queues.has(deadLetterArn)) {
    throw new Error(
      `${target.where} has DeadLetterConfig ${deadLetterArn}: the local stack needs a queue of the template there.`,
    );
  }
  return {
    id: target.text('Id'),
    arn,
    kind: functions.has(arn) ? 'function' : 'queue',
    input: readInput(target),
    maxRetries: retries?.number('MaximumRetryAttempts', 185) ?? 185,
    maxAgeMs: (retries?.number('MaximumEventAgeInSeconds', DAY_SECONDS) ?? DAY_SECONDS) * SECOND_MS,
    deadLetterArn,
  };
}

function readInput(target: PropertyBag): TargetInput {
  const given = ['Input', 'InputPath', 'InputTransformer'].filter((name) => target.has(name));
  if (given.length > 1) {
    throw new Error(`${target.where} has ${given.join(' and ')}: EventBridge takes one of them.`);
  }
  if (target.has('Input')) return constantInput(target.text('Input'));
  if (target.has('InputPath')) return pathInput(target.text('InputPath'), target.where);
  const transformer = target.section('InputTransformer', TRANSFORMER);
  if (transformer === undefined) return wholeEvent;
  return templateInput(
    transformer.text('InputTemplate'),
    transformer.record('InputPathsMap'),
    transformer.where,
  );
}
