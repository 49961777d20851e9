import { parseEventPattern } from '../event-pattern/match-event-pattern.ts';
import type { TemplateResource } from './cloud-assembly.ts';
import { busNameOf, DEFAULT_BUS } from './read-event-bus.ts';
import type { PropertyBag, PropertyRule } from './property-bag.ts';
import { readResource } from './read-resource.ts';
import { readRuleTarget, RULE_TARGET, type KnownArns, type RuleTarget } from './read-rule-target.ts';
import type { References } from './resolve-intrinsics.ts';

/** A rule that sends events to its targets: those of its bus that match, and one each time that its period has passed. */
export interface RuleDefinition {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  /** Whether an event of the bus is for it; absent: none is. */
  readonly matches: ((event: unknown) => boolean) | undefined;
  /** Absent: it has no schedule. */
  readonly everyMs: number | undefined;
  readonly targets: readonly RuleTarget[];
}

/** What of the template a rule may refer to. */
export interface RuleSurroundings extends KnownArns {
  readonly busNames: readonly string[];
}

const RULE: PropertyRule = {
  used: ['EventBusName', 'EventPattern', 'Name', 'ScheduleExpression', 'State', 'Targets'],
  ignored: ['Description', 'RoleArn', 'Tags'],
};

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The rule that an `AWS::Events::Rule` describes; nothing when it is disabled.
 *
 * @throws Error at a property, a pattern, a bus or a target that the local stack does not know, and at a `cron()` expression.
 */
export function readRule(
  resource: TemplateResource,
  references: References,
  surroundings: RuleSurroundings,
): RuleDefinition | undefined {
  const bag = readResource(resource, RULE, references);
  const { busNames } = surroundings;
  const busName = busNameOf(bag.text('EventBusName', DEFAULT_BUS));
  if (!busNames.includes(busName)) {
    throw new Error(
      `${bag.where} has EventBusName ${busName}: the local stack has the buses ${busNames.join(', ')}.`,
    );
  }
  const rule = {
    name: String(references.ref(resource.logicalId)),
    arn: references.attribute(resource.logicalId, 'Arn'),
    busName,
    matches: bag.has('EventPattern') ? parseEventPattern(bag.record('EventPattern'), bag.where) : undefined,
    everyMs: bag.has('ScheduleExpression') ? readPeriod(bag) : undefined,
    targets: bag.sections('Targets', RULE_TARGET).map((target) => readRuleTarget(target, surroundings)),
  };
  return bag.text('State', 'ENABLED') === 'DISABLED' ? undefined : rule;
}

function readPeriod(bag: PropertyBag): number {
  const expression = bag.text('ScheduleExpression');
  const [, count, unit = ''] = RATE.exec(expression) ?? [];
  const unitMs = UNIT_MS[unit];
  if (count === undefined || unitMs === undefined) {
    throw new Error(
      `${bag.where} has ScheduleExpression ${JSON.stringify(expression)}: the local stack needs rate(N minutes), hours or days there.`,
    );
  }
  return Number(count) * unitMs;
}
