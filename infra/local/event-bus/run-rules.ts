import type { StackPlan } from '../assembly/plan-stack.ts';
import type { RuleDefinition } from '../assembly/read-rule.ts';
import type { JsonRecord } from '../assembly/record.ts';
import type { Backlog, NewEntry } from '../backlog/open-backlog.ts';
import { together, type BackgroundWork } from '../background-work.ts';
import { workOff } from '../backlog/work-off.ts';
import type { Clock } from '../clock.ts';
import { invokeWaiting } from '../lambda/invoke-waiting.ts';
import type { LocalFunction } from '../lambda/local-function.ts';
import { runSchedule } from '../schedule/run-schedule.ts';
import { busEvent } from './bus-event.ts';
import { deliverEvent, type DeliveryParts } from './deliver-event.ts';
import { DeliveryError } from './delivery-failure.ts';

/** What rules work with. */
export interface RuleRunnerParts extends Omit<DeliveryParts, 'invokeLater'> {
  readonly backlog: Backlog;
  /** Finds a function by its name or ARN, and throws when none has it. */
  readonly named: (nameOrArn: string) => LocalFunction;
}

/** Lambda's limit for an asynchronous payload: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_PAYLOAD_BYTES = 1024 * 1024;

/** What is to be delivered when a rule has an event: one entry for each target. */
export function deliveriesOf(rule: RuleDefinition, event: JsonRecord): NewEntry[] {
  const content = JSON.stringify(event);
  return rule.targets.map(({ id }) => ({ receiver: deliveryTo(rule, id), content }));
}

/**
 * Delivers what the backlog holds for the rules' targets, invokes functions with what waits for them, and gives the rules with a schedule
 * their events.
 */
export function runRules(
  { rules, functions, invokeConfigs }: Pick<StackPlan, 'rules' | 'functions' | 'invokeConfigs'>,
  parts: RuleRunnerParts,
): BackgroundWork {
  const { backlog, named, clock, print } = parts;
  // Every name is looked up before anything starts.
  const configs = new Map(
    invokeConfigs.map((config) => [named(config.functionName).definition.arn, config] as const),
  );
  const byArn = new Map(functions.map(({ arn }) => [arn, named(arn)] as const));
  const invokeLater = (functionArn: string, payload: string): void => {
    refuseInvocation(byArn.has(functionArn), functionArn, payload);
    backlog.add([{ receiver: invocationOf(functionArn), content: payload }], clock.now());
  };
  const targets = rules.flatMap((rule) => rule.targets.map((target) => ({ rule, target })));
  for (const { target } of targets) byArn.get(target.arn)?.warm();
  const scheduled = rules.flatMap((rule) =>
    rule.everyMs === undefined ? [] : { rule, everyMs: rule.everyMs },
  );
  return together([
    ...targets.map(({ rule, target }) =>
      workOff({
        backlog,
        receiver: deliveryTo(rule, target.id),
        atOnce: 1,
        clock,
        print,
        attempt: (entry) => deliverEvent(entry, rule, target, { ...parts, invokeLater }),
      }),
    ),
    ...[...byArn].map(([arn, target]) =>
      workOff({
        backlog,
        receiver: invocationOf(arn),
        atOnce: target.definition.maxEnvironments,
        clock,
        print,
        whenFree: (signal) => target.whenFree(signal),
        attempt: (entry, stopping) =>
          invokeWaiting(entry, target, { ...parts, config: configs.get(arn) }, stopping),
      }),
    ),
    ...scheduled.map(({ rule, everyMs }) =>
      runSchedule(everyMs, clock, () =>
        backlog.add(deliveriesOf(rule, scheduledEvent(rule.arn, clock)), clock.now()),
      ),
    ),
  ]);
}

function deliveryTo(rule: RuleDefinition, targetId: string): string {
  return `deliver ${rule.arn} ${targetId}`;
}

function invocationOf(functionArn: string): string {
  return `invoke ${functionArn}`;
}

/** @throws DeliveryError when Lambda would not take the event. */
function refuseInvocation(isKnown: boolean, functionArn: string, payload: string): void {
  if (!isKnown) throw new DeliveryError('NO_RESOURCE', `There is no function ${functionArn}.`);
  if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) {
    throw new DeliveryError('ERROR_FROM_TARGET', `Its input is larger than ${MAX_PAYLOAD_BYTES} bytes.`);
  }
  try {
    JSON.parse(payload);
  } catch {
    throw new DeliveryError('INVALID_JSON', `Its input is no JSON: ${payload.slice(0, 200)}`);
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
function scheduledEvent(ruleArn: string, clock: Clock): JsonRecord {
  return busEvent({
    detailType: 'Scheduled Event',
    source: 'aws.events',
    timeMs: clock.now(),
    resources: [ruleArn],
    detail: {},
  });
}
