import type { TemplateResource } from './cloud-assembly.ts';
import type { PropertyRule } from './property-bag.ts';
import { readResource } from './read-resource.ts';
import type { References } from './resolve-intrinsics.ts';

/** A rule that invokes functions again and again. */
export interface ScheduleDefinition {
  readonly ruleName: string;
  readonly everyMs: number;
  /** Names or ARNs of the functions. */
  readonly functionNames: readonly string[];
}

const RULE: PropertyRule = {
  used: ['ScheduleExpression', 'State', 'Targets'],
  ignored: ['Description', 'Name', 'Tags'],
};
const TARGET: PropertyRule = { used: ['Arn'], ignored: ['Id', 'RetryPolicy', 'DeadLetterConfig'] };

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Whether an `AWS::Events::Rule` is a schedule; the others wait for events. */
export function isSchedule(resource: TemplateResource): boolean {
  return 'ScheduleExpression' in resource.properties;
}

/**
 * The schedule that an `AWS::Events::Rule` describes; nothing when it is disabled.
 *
 * @throws Error at a property that the local stack does not know, and at a `cron()` expression.
 */
export function readSchedule(
  resource: TemplateResource,
  references: References,
): ScheduleDefinition | undefined {
  const bag = readResource(resource, RULE, references);
  const expression = bag.text('ScheduleExpression');
  const [, count, unit = ''] = RATE.exec(expression) ?? [];
  const unitMs = UNIT_MS[unit];
  if (count === undefined || unitMs === undefined) {
    throw new Error(
      `${bag.where} has ScheduleExpression ${JSON.stringify(expression)}: the local stack needs rate(N minutes), hours or days there.`,
    );
  }
  if (bag.text('State', 'ENABLED') === 'DISABLED') return undefined;
  return {
    ruleName: resource.logicalId,
    everyMs: Number(count) * unitMs,
    functionNames: bag.sections('Targets', TARGET).map((target) => target.text('Arn')),
  };
}
