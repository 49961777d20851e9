import type { JsonRecord } from '../assembly/record.ts';
import { wholeSeconds } from './bus-event.ts';
import { fillTemplate, placeholderNames } from './input-template.ts';
import { parseJsonPath } from './json-path.ts';

/** What a target gets of an event beside the event itself. */
interface InputContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** When the bus accepted the event. */
  readonly ingestedMs: number;
}

/** What a target is sent for an event: JSON, unless a template makes something else. */
export type TargetInput = (event: JsonRecord, context: InputContext) => string;

/** The event as it is. */
export const wholeEvent: TargetInput = (event) => JSON.stringify(event);

/** The same text for every event. */
export function constantInput(text: string): TargetInput {
  return () => text;
}

/**
 * A part of the event; `null` when the event does not have it.
 *
 * @throws Error when the path is not one of EventBridge's: the message begins with `where`.
 */
export function pathInput(path: string, where: string): TargetInput {
  const find = parseJsonPath(path, where);
  return (event) => JSON.stringify(find(event) ?? null);
}

/**
 * A template, filled with parts of the event.
 *
 * @throws Error when a path is not one of EventBridge's, or the template has a placeholder that is neither in `paths` nor reserved.
 */
export function templateInput(
  template: string,
  paths: Readonly<Record<string, unknown>>,
  where: string,
): TargetInput {
  const finders = Object.entries(paths).map(
    ([name, path]) => [name, parseJsonPath(String(path), where)] as const,
  );
  const names = new Set([...Object.keys(paths), ...Object.keys(RESERVED)]);
  const stranger = placeholderNames(template).find((name) => !names.has(name));
  if (stranger !== undefined) {
    throw new Error(
      `${where} has the placeholder <${stranger}> in InputTemplate: name its path in InputPathsMap.`,
    );
  }
  return (event, context) => {
    const found = finders.map(([name, find]) => [name, find(event)] as const);
    const reserved = Object.entries(RESERVED).map(([name, value]) => [name, value(event, context)] as const);
    return fillTemplate(template, new Map([...found, ...reserved]));
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html#eb-transform-input-predefined */
const RESERVED: Readonly<Record<string, (event: JsonRecord, context: InputContext) => unknown>> = {
  'aws.events.rule-arn': (_, { ruleArn }) => ruleArn,
  'aws.events.rule-name': (_, { ruleName }) => ruleName,
  'aws.events.event.ingestion-time': (_, { ingestedMs }) => wholeSeconds(ingestedMs),
  'aws.events.event': (event) => withoutDetail(event),
  'aws.events.event.json': (event) => event,
};

/** In EventBridge this placeholder, unlike the event, names the type `detailType`. */
function withoutDetail(event: JsonRecord): JsonRecord {
  const { detail: _, 'detail-type': detailType, ...others } = event;
  return { ...others, detailType };
}
