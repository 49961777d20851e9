import type { TableDescription } from './table-schema.ts';
import type { WireItem } from './wire-item.ts';

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
  PointInTimeRecoverySpecification?: { PointInTimeRecoveryEnabled?: boolean };
  Table?: TableDescription;
  __type?: string;
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
