import type { FauxqsApp, Store } from './fauxqs-internals.ts';
import { noteExtras } from './message-extras.ts';
import { type Refusal, refuseReceiptHandle, refuseSend } from './request-rules.ts';
import { type BatchEntry, type FailedEntry, type SqsInput, operationOf } from './sqs-messages.ts';

type Rule = (entry: SqsInput) => Refusal | undefined;

const RULES: Readonly<Record<string, Rule>> = {
  SendMessage: refuseSend,
  SendMessageBatch: refuseSend,
  DeleteMessage: refuseReceiptHandle,
  DeleteMessageBatch: refuseReceiptHandle,
  ChangeMessageVisibility: refuseReceiptHandle,
  ChangeMessageVisibilityBatch: refuseReceiptHandle,
};

const LEGACY_PREFIX = 'AWS.SimpleQueueService.';

/** Errors whose code has no prefix in SQS, where fauxqs gives one to all: SDKs name an exception by it. */
const PLAIN_CODE =
  /^AWS\.SimpleQueueService\.(?:Invalid(?:Attribute(?:Name|Value)|MessageContents|ParameterValue)|MissingParameter|ReceiptHandleIsInvalid);/;

/** An answer to a batch, and the answer fauxqs gives to the rest of one. */
interface BatchAnswer {
  Successful: object[];
  Failed: FailedEntry[];
}

/** Refuses what SQS refuses and fauxqs takes, and notes what fauxqs forgets of the messages to send. */
export function addRequestHooks(app: FauxqsApp, store: Store): void {
  const failedOf = new WeakMap<object, FailedEntry[]>();

  app.addHook<{ Body: SqsInput | undefined }>('preHandler', async (request, reply) => {
    const operation = operationOf(request.headers) ?? '';
    const input = request.body ?? {};
    const rule = RULES[operation];
    // Without a queue fauxqs has the right error.
    if (rule === undefined || store.getQueue(input.QueueUrl ?? '') === undefined) return undefined;
    if (operation.startsWith('SendMessage')) for (const entry of input.Entries ?? [input]) noteExtras(entry);
    if (input.Entries === undefined) {
      const refusal = rule(input);
      if (refusal === undefined) return undefined;
      return reply
        .code(400)
        .headers({
          'content-type': 'application/x-amz-json-1.0',
          'x-amzn-query-error': `${refusal.code};Sender`,
        })
        .send({ __type: `com.amazonaws.sqs#${refusal.code}`, message: refusal.message });
    }
    // The faults of a batch as a whole go before those of its entries, and fauxqs finds them.
    if (!isWellFormedBatch(input.Entries)) return undefined;
    const failed = input.Entries.flatMap((entry) => failure(entry, rule) ?? []);
    const failedIds = new Set(failed.map((entry) => entry.Id));
    input.Entries = input.Entries.filter((entry) => !failedIds.has(entry.Id ?? ''));
    if (input.Entries.length === 0)
      return reply.send({ Successful: [], Failed: failed } satisfies BatchAnswer);
    failedOf.set(request, failed);
    return undefined;
  });

  app.addHook('onSend', async (_request, reply) => {
    const code = reply.getHeader('x-amzn-query-error');
    if (typeof code === 'string' && PLAIN_CODE.test(code)) {
      reply.header('x-amzn-query-error', code.replace(LEGACY_PREFIX, ''));
    }
  });

  app.addHook<BatchAnswer>('preSerialization', async (request, _reply, answer) => {
    const failed = failedOf.get(request) ?? [];
    return failed.length === 0 ? answer : { ...answer, Failed: [...answer.Failed, ...failed] };
  });
}

function failure(entry: BatchEntry, rule: Rule): FailedEntry | undefined {
  const refusal = rule(entry);
  if (refusal === undefined) return undefined;
  return { Id: entry.Id ?? '', SenderFault: true, Code: refusal.code, Message: refusal.message };
}

const MAX_BATCH_ENTRIES = 10;

function isWellFormedBatch(entries: readonly BatchEntry[]): boolean {
  const ids = new Set(entries.map((entry) => entry.Id));
  return entries.length > 0 && entries.length <= MAX_BATCH_ENTRIES && ids.size === entries.length;
}
