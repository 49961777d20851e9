import { together } from './background-work.ts';
import { readCloudAssembly } from './assembly/cloud-assembly.ts';
import { localReferences } from './assembly/local-references.ts';
import { planStack, type StackPlan } from './assembly/plan-stack.ts';
import { pollStream } from './event-source/poll-stream.ts';
import { startEventBus, type LocalEventBus } from './event-bus/start-event-bus.ts';
import { pollQueue } from './event-source/poll-queue.ts';
import type { LocalFunction } from './lambda/local-function.ts';
import { createFunctions, type FunctionSet } from './resources/create-functions.ts';
import { createQueues } from './resources/create-queues.ts';
import { replaceCode } from './resources/replace-code.ts';
import { createTables } from './resources/create-tables.ts';
import { reserveGround, type Ground, type GroundOptions } from './reserve-ground.ts';
import { startServices, type Services } from './start-services.ts';

/** What to run, and where. */
export interface LocalStackOptions extends GroundOptions {
  /** CDK's output directory, with one synthesized stack. */
  readonly assemblyDirectory: string;
  /** Takes lines for the terminal. */
  print(line: string): void;
}

/** A stack that runs. */
export interface LocalStack {
  /** `http://127.0.0.1:PORT`, where the HTTP API answers. */
  readonly url: string;
  /**
   * Puts the code of another assembly of the same template in place, while invocations on their way go on; answers the labels of the
   * functions whose code is another one.
   *
   * @throws Error, with nothing changed, when the template differs in more than code.
   */
  replaceCode(assemblyDirectory: string): string[];
  /** Stops everything within 2 s: what is in flight gets 1 s to end. What was accepted is kept in the data directory. */
  close(): Promise<void>;
}

/** For requests and invocations in flight when the stack stops. */
const GRACE_MS = 1000;

/**
 * Runs a synthesized template on 127.0.0.1. When it resolves, the first request works.
 *
 * @throws Error, with nothing left running, when the port or the data directory is in use, and when the template holds something that
 * the local stack does not know.
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const ground = await reserveGround(options);
  return runStack(ground, options.assemblyDirectory, (line) => options.print(line));
}

/** {@link startLocalStack} on ground that is reserved already; it is given up when the stack stops, or cannot start. */
export async function runStack(
  ground: Ground,
  assemblyDirectory: string,
  print: (line: string) => void,
): Promise<LocalStack> {
  const { front } = ground;
  const closers: (() => Promise<void> | void)[] = [() => ground.release(), () => front.close(0)];
  const close = async (): Promise<void> => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
  };
  try {
    const assembly = readCloudAssembly(assemblyDirectory);
    print('starting DynamoDB, SQS …');
    const services = await startServices(ground.dataDirectory);
    closers.push(() => services.close());
    const endpoints = { queueUrl: services.queueUrl, apiUrl: front.url };
    const references = localReferences(assembly, endpoints);
    const plan = planStack(assembly, references);
    await createTables(services.dynamodb, plan.tables);
    await createQueues(services.sqs, plan.queues);
    const events = await startEventBus({ plan, services, dataDirectory: ground.dataDirectory, print });
    closers.push(() => events.close());
    const urls = { ...services.urls, eventbridge: events.url };
    const functions = createFunctions(plan.functions, urls, ground.dataDirectory, print);
    closers.push(runFunctions(plan, functions, services, events, ground, print));
    announce(plan, services, events, print);
    return {
      url: front.url,
      close,
      replaceCode(directory) {
        const next = readCloudAssembly(directory);
        const ownReferences = localReferences(next, endpoints);
        return replaceCode(assembly, next, planStack(next, ownReferences).functions, functions);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Connects API, queues, streams and events to the functions; answers what stops all of them, in the order in which nothing is lost. */
function runFunctions(
  plan: StackPlan,
  functions: FunctionSet,
  services: Services,
  events: LocalEventBus,
  { front }: Ground,
  print: (line: string) => void,
): () => Promise<void> {
  // Every name is looked up before anything starts.
  const targets = new Set<LocalFunction>(
    plan.httpApi?.routes.map((route) => functions.named(route.functionName)),
  );
  const sources = plan.eventSources.map((source) => {
    const target = functions.named(source.functionName);
    targets.add(target);
    return { source, target, queueUrl: services.queueUrlOf(source.queueArn) };
  });
  const streamSources = plan.streamSources.map((source) => {
    const target = functions.named(source.functionName);
    targets.add(target);
    return { source, target, stream: services.streamOf(source.streamArn) };
  });
  if (plan.httpApi !== undefined) front.serve(plan.httpApi, functions.named);
  for (const target of targets) target.warm();
  const workers = together([
    events.run(functions.named),
    ...sources.map(({ source, target, queueUrl }) =>
      pollQueue(source, { sqs: services.sqs, queueUrl, target, print }),
    ),
    ...streamSources.map(({ source, target, stream }) =>
      pollStream(source, { stream, sqs: services.sqs, queueUrlOf: services.queueUrlOf, target, print }),
    ),
  ]);
  return async () => {
    workers.stop();
    await Promise.all([front.close(GRACE_MS), functions.close(GRACE_MS)]);
    await workers.settled();
  };
}

function announce(
  plan: StackPlan,
  services: Services,
  events: LocalEventBus,
  print: (line: string) => void,
): void {
  const unenforced = plan.httpApi?.unenforced.map((kind) => `authorization not enforced (${kind})`) ?? [];
  const asksForTokens = plan.httpApi?.routes.some(({ jwt }) => jwt !== undefined) ?? false;
  const unverified = asksForTokens ? ['signatures of tokens not verified (JWT)'] : [];
  const notEmulated = [...unenforced, ...unverified, ...plan.notEmulated];
  if (notEmulated.length > 0) print(`not emulated: ${notEmulated.join(', ')}`);
  for (const { name } of plan.tables) print(`dynamodb ${services.urls.dynamodb} ${name}`);
  for (const { name } of plan.queues) print(`sqs ${services.urls.sqs} ${services.queueUrl(name)}`);
  for (const name of plan.eventBuses) print(`events ${events.url} ${name}`);
}
