import { randomUUID } from 'node:crypto';
import type { ScheduleDefinition } from '../assembly/read-schedule.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION, localArn } from '../assembly/local-account.ts';
import type { LocalFunction } from '../lambda/local-function.ts';

/**
 * Invokes the functions of a schedule each time its period has passed, as EventBridge does, until the returned function is
 * called. Invocations may overlap, and how they end is told by the function's own log.
 */
export function runSchedule(
  schedule: ScheduleDefinition,
  targets: readonly Pick<LocalFunction, 'invoke'>[],
): () => void {
  const timer = setInterval(() => {
    for (const target of targets) void target.invoke(scheduledEvent(schedule.ruleName, new Date()));
  }, schedule.everyMs);
  return () => clearInterval(timer);
}

/** What EventBridge sends: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
export function scheduledEvent(ruleName: string, time: Date): Readonly<Record<string, unknown>> {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: LOCAL_ACCOUNT,
    // Whole seconds, as EventBridge writes them.
    time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: LOCAL_REGION,
    resources: [localArn('events', `rule/${ruleName}`)],
    detail: {},
  };
}
