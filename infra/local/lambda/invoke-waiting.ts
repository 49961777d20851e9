import { DEFAULT_INVOKE_CONFIG, type InvokeConfig } from '../assembly/read-invoke-config.ts';
import type { BacklogEntry } from '../backlog/open-backlog.ts';
import type { TryOutcome } from '../backlog/work-off.ts';
import type { Clock } from '../clock.ts';
import { sendLast, type SendToQueue } from '../sqs/send-to-queue.ts';
import type { FunctionError } from './invocation-outcome.ts';
import type { LocalFunction } from './local-function.ts';

/** What the asynchronous invocations of a function need. */
export interface InvokeWaitingParts {
  readonly config?: Omit<InvokeConfig, 'functionName'> | undefined;
  readonly sendToQueue: SendToQueue;
  readonly clock: Clock;
  readonly print: (line: string) => void;
}

type Condition = 'RetriesExhausted' | 'EventAgeExceeded';

const MINUTE_MS = 60_000;

/**
 * Invokes a function with an event (JSON) that waited for it, as Lambda does for asynchronous callers
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html): when the function fails, again after one minute, then
 * after two; then its failure destination is told, or a line says that the event was given up. An invocation that the stop of the stack
 * cuts off does not count.
 */
export async function invokeWaiting(
  entry: BacklogEntry,
  target: Pick<LocalFunction, 'definition' | 'invoke'>,
  parts: InvokeWaitingParts,
  stopping: AbortSignal,
): Promise<TryOutcome> {
  const { config = DEFAULT_INVOKE_CONFIG, clock, print, sendToQueue } = parts;
  const { label } = target.definition;
  const payload: unknown = JSON.parse(entry.content);
  const outcome = await target.invoke(payload, undefined, entry.id);
  if (outcome.kind === 'answered') return 'done';
  if (stopping.aborted) return 'untouched';
  const againAtMs = clock.now() + (entry.tries + 1) * MINUTE_MS;
  const condition = endCondition(entry, config, againAtMs);
  const failure = `${outcome.errorType}: ${outcome.errorMessage}`;
  if (condition === undefined) {
    print(`[${label}] an event failed, and comes back in ${entry.tries + 1} min: ${failure}`);
    return { againAtMs };
  }
  print(`[${label}] an event failed, and is given up: ${failure}`);
  const { onFailureArn } = config;
  if (onFailureArn !== undefined) {
    const record = invocationRecord(entry, target.definition.arn, payload, outcome, condition, clock.now());
    await sendLast(
      () => sendToQueue(onFailureArn, JSON.stringify(record)),
      (line) => print(`[${label}] the record of a failed event is ${line}`),
    );
  }
  return 'done';
}

function endCondition(
  { tries, sinceMs }: BacklogEntry,
  { maxRetries, maxAgeMs }: Omit<InvokeConfig, 'functionName'>,
  againAtMs: number,
): Condition | undefined {
  if (tries >= maxRetries) return 'RetriesExhausted';
  return againAtMs > sinceMs + maxAgeMs ? 'EventAgeExceeded' : undefined;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function invocationRecord(
  { id, tries }: BacklogEntry,
  functionArn: string,
  requestPayload: unknown,
  { errorType, errorMessage }: FunctionError,
  condition: Condition,
  nowMs: number,
): object {
  return {
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    requestContext: {
      requestId: id,
      functionArn: `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: tries + 1,
    },
    requestPayload,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorMessage, errorType },
  };
}
