import type { RuleDefinition } from '../assembly/read-rule.ts';
import type { RuleTarget } from '../assembly/read-rule-target.ts';
import { isRecord } from '../assembly/record.ts';
import type { BacklogEntry } from '../backlog/open-backlog.ts';
import type { TryOutcome } from '../backlog/work-off.ts';
import type { Clock } from '../clock.ts';
import { sendLast, type SendToQueue } from '../sqs/send-to-queue.ts';
import { deliveryFailure, type DeliveryFailure } from './delivery-failure.ts';

/** The ways out of a bus. */
export interface DeliveryParts {
  readonly sendToQueue: SendToQueue;
  /** Hands an event (JSON) to a function's own queue. Throws a DeliveryError when the function cannot take it. */
  readonly invokeLater: (functionArn: string, payload: string) => void;
  readonly clock: Clock;
  readonly print: (line: string) => void;
}

const SECOND_MS = 1000;
const MAX_BACKOFF_MS = 15 * 60 * SECOND_MS;

/**
 * Tries to deliver an event (JSON) to a target, once. When that fails it is tried again after pauses that double, as long as the target's
 * retry policy allows and another try may help; then the event goes to the target's dead-letter queue, as
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html describes, or is dropped with a line that says so. How long the
 * stack was stopped does not matter: each event gets at least one try.
 */
export async function deliverEvent(
  entry: BacklogEntry,
  rule: Pick<RuleDefinition, 'name' | 'arn'>,
  target: RuleTarget,
  parts: DeliveryParts,
): Promise<TryOutcome> {
  try {
    await send(entry, rule, target, parts);
    return 'done';
  } catch (error) {
    const failure = deliveryFailure(error);
    const againAtMs = parts.clock.now() + Math.min(2 ** entry.tries * SECOND_MS, MAX_BACKOFF_MS);
    const exhausted = exhaustedCondition(entry, target, againAtMs);
    const reason = `an event did not reach ${target.arn}: ${failure.message}`;
    if (failure.mayPass && exhausted === undefined) {
      parts.print(`[${rule.name}] ${reason} (trying again)`);
      return { againAtMs };
    }
    parts.print(`[${rule.name}] ${reason} (given up)`);
    const { deadLetterArn } = target;
    if (deadLetterArn !== undefined) {
      const attributes = {
        ...deadLetterAttributes(entry, rule, target, failure),
        ...(failure.mayPass && exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      };
      await sendLast(
        () => parts.sendToQueue(deadLetterArn, entry.content, attributes),
        (line) => parts.print(`[${rule.name}] an event is ${line}`),
      );
    }
    return 'done';
  }
}

async function send(
  { content, sinceMs }: BacklogEntry,
  rule: Pick<RuleDefinition, 'name' | 'arn'>,
  target: RuleTarget,
  { sendToQueue, invokeLater }: DeliveryParts,
): Promise<void> {
  const event: unknown = JSON.parse(content);
  if (!isRecord(event)) throw new Error(`The event ${content} is no object.`);
  const input = target.input(event, { ruleArn: rule.arn, ruleName: rule.name, ingestedMs: sinceMs });
  if (target.kind === 'function') invokeLater(target.arn, input);
  else await sendToQueue(target.arn, input);
}

function exhaustedCondition(
  { tries, sinceMs }: BacklogEntry,
  { maxRetries, maxAgeMs }: RuleTarget,
  againAtMs: number,
): string | undefined {
  if (tries >= maxRetries) return 'MaximumRetryAttempts';
  return againAtMs > sinceMs + maxAgeMs ? 'MaximumEventAgeInSeconds' : undefined;
}

function deadLetterAttributes(
  { tries }: BacklogEntry,
  rule: Pick<RuleDefinition, 'arn'>,
  target: RuleTarget,
  { code, message }: DeliveryFailure,
): Record<string, string> {
  return {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.arn,
    ERROR_CODE: code,
    ERROR_MESSAGE: message,
    RETRY_ATTEMPTS: String(tries),
  };
}
