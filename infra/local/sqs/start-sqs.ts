import { explainListenError } from '../listen-on-loopback.ts';
import { type FauxqsApp, loadFauxqs } from './fauxqs-internals.ts';
import { createLocalStore, queueUrl } from './local-store.ts';
import { openQueuePersistence } from './queue-persistence.ts';
import { addReceiveHooks } from './receive-hooks.ts';
import { addRequestHooks } from './request-hooks.ts';
import { operationOf } from './sqs-messages.ts';

const LOOPBACK = '127.0.0.1';

/** How to start the local SQS. */
export interface LocalSqsOptions {
  /** Where queues and messages lie; in memory without it. What was acknowledged survives the death of the process. */
  readonly directory?: string;
  /** The port on 127.0.0.1; by default, or with 0, a free one. */
  readonly port?: number;
}

/** An SQS on this machine, for the AWS SDK with any region and any credentials. */
export interface LocalSqs {
  /** The endpoint, at 127.0.0.1. */
  readonly url: string;
  /** The URL of the queue with this name, whether or not it exists yet. */
  queueUrl(name: string): string;
  /** Stops listening, ends every long poll, and closes the data. */
  close(): Promise<void>;
}

/**
 * Starts fauxqs, with hooks for what it lacks: message groups and trace headers on standard queues, retention, and the
 * refusals of a delay above 900 s and of a garbage receipt handle. Nothing but SQS answers.
 * @throws when the port is taken, or another process has the directory open: the message names it and the cure.
 */
export async function startSqs(options: LocalSqsOptions = {}): Promise<LocalSqs> {
  const { directory, port = 0 } = options;
  const fauxqs = await loadFauxqs();
  await using opened = new AsyncDisposableStack();
  const persistence = directory === undefined ? undefined : openQueuePersistence(fauxqs, directory);
  opened.defer(() => persistence?.close());

  let origin = '';
  const store = createLocalStore(fauxqs, () => origin);
  const stores = { sqsStore: store, snsStore: new fauxqs.SnsStore(), s3Store: new fauxqs.S3Store() };
  const app = fauxqs.buildApp({ logger: false, stores });
  opened.defer(() => app.close());
  const loaded = Promise.withResolvers<void>();
  app.addHook('onRequest', () => loaded.promise);
  refuseOtherServices(app);
  addRequestHooks(app, store);
  addReceiveHooks(app, store);

  origin = await app.listen({ host: LOOPBACK, port }).catch((error: unknown) => {
    throw explainListenError(error, port);
  });
  if (persistence !== undefined) {
    // Only now, as the queues' URLs carry the port; and written through only after it, as loading would write again.
    persistence.loadSqsQueues(store);
    store.persistence = persistence;
    for (const queue of store.allQueues()) queue.persistence = persistence;
  }
  loaded.resolve();
  const parts = opened.move();
  return {
    url: origin,
    queueUrl: (name) => queueUrl(origin, name),
    close: () => parts.disposeAsync(),
  };
}

function refuseOtherServices(app: FauxqsApp): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.url === '/' && operationOf(request.headers) !== undefined) return undefined;
    return reply
      .code(404)
      .send({ message: `${request.method} ${request.url} is not a call of SQS in its JSON protocol.` });
  });
}
