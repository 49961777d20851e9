import { busNameOf, DEFAULT_BUS } from '../assembly/read-event-bus.ts';
import type { RuleDefinition } from '../assembly/read-rule.ts';
import { localArn } from '../assembly/local-account.ts';
import { isRecord, type JsonRecord } from '../assembly/record.ts';
import { jsonAnswer, targetOperation, type WireAnswer, type WireRequest } from '../wire/wire-message.ts';
import { putEvents, type AcceptedEvent } from './put-events.ts';

/** What the operations know and do. */
export interface EventBusState {
  readonly busNames: readonly string[];
  readonly rules: readonly Pick<RuleDefinition, 'name' | 'arn' | 'busName'>[];
  readonly now: () => number;
  /** Makes events safe; they are acknowledged when it returns. */
  readonly keep: (events: readonly AcceptedEvent[]) => void;
}

const TARGET_PREFIX = 'AWSEvents.';

/** Answers a request to the local EventBridge: an operation that it does not know gets an error that names it. */
export function answerEvents(request: WireRequest, state: EventBusState): WireAnswer {
  const operation = targetOperation(request.headers, TARGET_PREFIX);
  const input = inputOf(request);
  if (operation === undefined || input === undefined) {
    return refusal(
      'SerializationException',
      `${request.method} ${request.url} is not a call of EventBridge in its JSON protocol.`,
    );
  }
  switch (operation) {
    case 'PutEvents': {
      const outcome = putEvents(input, state.busNames, state.now());
      if ('type' in outcome) return refusal(outcome.type, outcome.message);
      state.keep(outcome.accepted);
      return json(200, outcome.answer);
    }
    case 'DescribeEventBus':
      return describeEventBus(busIn(input['Name']), state);
    case 'ListEventBuses':
      return json(200, { EventBuses: state.busNames.map(describe) });
    case 'ListRules':
      return listRules(busIn(input['EventBusName']), state);
    default:
      return refusal(
        'UnknownOperationException',
        `The local EventBridge does not know ${operation}: use another operation, or a bus in AWS.`,
      );
  }
}

/** A bus as a request names it, or the account's own. */
function busIn(value: unknown): string {
  return typeof value === 'string' ? value : DEFAULT_BUS;
}

function describeEventBus(bus: string, { busNames }: EventBusState): WireAnswer {
  const name = busNames.find((busName) => busName === busNameOf(bus));
  return name === undefined ? noSuchBus(bus) : json(200, describe(name));
}

function listRules(bus: string, { busNames, rules }: EventBusState): WireAnswer {
  const name = busNames.find((busName) => busName === busNameOf(bus));
  if (name === undefined) return noSuchBus(bus);
  const ofBus = rules.filter(({ busName }) => busName === name);
  return json(200, {
    Rules: ofBus.map((rule) => ({
      Name: rule.name,
      Arn: rule.arn,
      EventBusName: rule.busName,
      State: 'ENABLED',
    })),
  });
}

function describe(name: string): object {
  return { Name: name, Arn: localArn('events', `event-bus/${name}`) };
}

function noSuchBus(bus: string): WireAnswer {
  return refusal('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
}

function inputOf(request: WireRequest): JsonRecord | undefined {
  try {
    const input: unknown = JSON.parse(request.body.toString());
    return isRecord(input) ? input : undefined;
  } catch {
    return undefined;
  }
}

function json(status: number, content: object): WireAnswer {
  return jsonAnswer(status, content, '1.1');
}

/** An error as EventBridge reports it: status 400, the SDK's exception is named `type`. */
function refusal(type: string, message: string): WireAnswer {
  return json(400, { __type: type, message });
}
