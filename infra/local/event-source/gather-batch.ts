import { ReceiveMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';

/** Which messages make a batch. */
export interface BatchRule {
  readonly queueUrl: string;
  readonly batchSize: number;
  /** How long a batch waits for further messages after its first. */
  readonly windowMs: number;
}

/** The most that one ReceiveMessage answers. */
const MAX_RECEIVE = 10;
/** The longest that SQS holds a request open. */
const LONG_POLL_SECONDS = 20;
const SECOND_MS = 1000;

/**
 * Waits up to 20 s for messages, and up to the window, or while the queue gives full answers, for more of them. Empty when none came.
 *
 * @throws whatever SQS answers, and an AbortError when the signal aborts before any message came.
 */
export async function gatherBatch(sqs: SQSClient, rule: BatchRule, signal: AbortSignal): Promise<Message[]> {
  const batch = await receive(sqs, rule, rule.batchSize, LONG_POLL_SECONDS, signal);
  if (batch.length === 0) return batch;
  const end = performance.now() + rule.windowMs;
  let wasFull = batch.length === MAX_RECEIVE;
  while (batch.length < rule.batchSize && !signal.aborted) {
    // SQS waits whole seconds only; a wait of 0 takes what is there.
    const waitSeconds = Math.max(0, Math.ceil((end - performance.now()) / SECOND_MS));
    if (waitSeconds === 0 && !wasFull) break;
    try {
      const more = await receive(sqs, rule, rule.batchSize - batch.length, waitSeconds, signal);
      batch.push(...more);
      wasFull = more.length === MAX_RECEIVE;
    } catch {
      // What came already must be handed over, whatever happened to the rest.
      break;
    }
  }
  return batch;
}

async function receive(
  sqs: SQSClient,
  { queueUrl }: BatchRule,
  wanted: number,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: Math.min(wanted, MAX_RECEIVE),
    WaitTimeSeconds: waitSeconds,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  const { Messages = [] } = await sqs.send(command, { abortSignal: signal });
  return Messages;
}
