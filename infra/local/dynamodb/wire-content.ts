import { jsonAnswer, type WireAnswer } from '../wire/wire-message.ts';
import type { TableDescription } from './table-schema.ts';

/** One attribute as DynamoDB's JSON protocol carries it: exactly one member, numbers as decimal strings, bytes as base64. */
export type WireValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: boolean }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] }
  | { L: WireValue[] }
  | { M: WireItem };

/** An item, or a map inside one, by attribute name. */
export interface WireItem {
  [attribute: string]: WireValue;
}

/** The members that the front reads in requests and answers; each message has a few of them, and others. */
export interface WireContent {
  TableName?: string;
  Key?: WireItem;
  Item?: WireItem;
  Items?: WireItem[];
  LastEvaluatedKey?: WireItem;
  RequestItems?: Record<string, BatchedWrite[]>;
  ReturnConsumedCapacity?: string;
  ReturnValuesOnConditionCheckFailure?: string;
  TimeToLiveSpecification?: { AttributeName?: string; Enabled?: boolean };
  StreamSpecification?: StreamSpecification;
  LocalSecondaryIndexes?: object[];
  Table?: TableDescription;
  TableDescription?: TableDescription;
  __type?: string;
}

/** Whether a table has a stream, and what its records hold. */
export interface StreamSpecification {
  StreamEnabled?: boolean;
  StreamViewType?: string;
}

/** One write of BatchWriteItem. */
export interface BatchedWrite {
  PutRequest?: { Item?: WireItem };
  DeleteRequest?: { Key?: WireItem };
}

/** The JSON in a request or an answer; empty when there is none. Its members have the types of the protocol, unchecked. */
export function contentOf(message: { readonly body: Buffer }): WireContent {
  try {
    const content: WireContent | null = JSON.parse(message.body.toString());
    return content ?? {};
  } catch {
    return {};
  }
}

/** An error as DynamoDB reports it: status 400, the SDK's exception is named `type`. */
export function refusal(type: string, message: string): WireAnswer {
  return jsonAnswer(400, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message });
}
