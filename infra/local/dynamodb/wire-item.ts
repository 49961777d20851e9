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
