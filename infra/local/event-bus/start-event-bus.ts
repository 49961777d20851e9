import path from 'node:path';
import type { StackPlan } from '../assembly/plan-stack.ts';
import { openBacklog, type Backlog } from '../backlog/open-backlog.ts';
import type { BackgroundWork } from '../background-work.ts';
import { machineClock, type Clock } from '../clock.ts';
import { sendToQueueWith } from '../sqs/send-to-queue.ts';
import type { Services } from '../start-services.ts';
import { unusableData } from '../unusable-data.ts';
import { openWireServer } from '../wire/wire-server.ts';
import { answerEvents } from './event-operations.ts';
import { openEventLog } from './event-log.ts';
import type { AcceptedEvent } from './put-events.ts';
import { deliveriesOf, runRules, type RuleRunnerParts } from './run-rules.ts';

/** What the event buses of a stack are made of. */
export interface EventBusOptions {
  readonly plan: Pick<StackPlan, 'eventBuses' | 'rules' | 'functions' | 'invokeConfigs'>;
  readonly services: Pick<Services, 'sqs' | 'queueUrlOf'>;
  /** Where undelivered events and the log lie; in memory without it, and no log. */
  readonly dataDirectory?: string | undefined;
  readonly print: (line: string) => void;
  /** The machine's by default. */
  readonly clock?: Clock;
}

/** An EventBridge on this machine, for the AWS SDK with any region and any credentials. */
export interface LocalEventBus {
  /** The endpoint, at 127.0.0.1. */
  readonly url: string;
  /** Starts schedules and deliveries. What was accepted before, even by a process that was killed, is delivered then. */
  run(named: RuleRunnerParts['named']): BackgroundWork;
  /** Stops listening, lets what was accepted finish, and closes the data. Stop the worker first. */
  close(): Promise<void>;
}

/**
 * Starts to accept events. What is acknowledged reaches every target that it matches, even if the process is killed.
 *
 * @throws Error when the data cannot be opened: the message names the directory, the reason and the cure.
 */
export async function startEventBus(options: EventBusOptions): Promise<LocalEventBus> {
  const { plan, services, dataDirectory, print, clock = machineClock } = options;
  const { eventBuses: busNames, rules } = plan;
  const backlog = openData(dataDirectory);
  const log = openEventLog(dataDirectory, print);
  const keep = (accepted: readonly AcceptedEvent[]): void => {
    const deliveries = accepted.flatMap(({ busName, event }) =>
      rules
        .filter((rule) => rule.busName === busName && rule.matches?.(event) === true)
        .flatMap((rule) => deliveriesOf(rule, event)),
    );
    backlog.add(deliveries, clock.now());
    log(accepted.map(({ event }) => event));
  };
  const server = await openWireServer(0, async (request) =>
    answerEvents(request, { busNames, rules, now: () => clock.now(), keep }),
  );
  const sendToQueue = sendToQueueWith(services.sqs, services.queueUrlOf);
  return {
    url: `http://127.0.0.1:${server.port}`,
    run: (named) => runRules(plan, { backlog, named, sendToQueue, clock, print }),
    async close() {
      await server.close();
      backlog.close();
    },
  };
}

function openData(dataDirectory: string | undefined): Backlog {
  if (dataDirectory === undefined) return openBacklog(undefined);
  try {
    return openBacklog(path.join(dataDirectory, 'events'));
  } catch (error) {
    throw unusableData(dataDirectory, error);
  }
}
