import type { Tables } from './tables.ts';
import { contentOf, refusal } from './wire-content.ts';
import { jsonAnswer, type WireAnswer, type WireRequest } from '../wire/wire-message.ts';

/** The attribute that says when an item expires, by table. Not kept: whoever starts a database sets it, as the local stack does. */
export type TimeToLiveSettings = Map<string, string>;

/** Answers UpdateTimeToLive. Unlike DynamoDB, which takes up to an hour, it is in force at once. */
export async function updateTimeToLive(
  tables: Tables,
  settings: TimeToLiveSettings,
  request: WireRequest,
): Promise<WireAnswer> {
  const { TableName, TimeToLiveSpecification } = contentOf(request);
  if (TableName === undefined || (await tables.schemaOf(TableName)) === undefined) return noTable(TableName);
  const { AttributeName, Enabled } = TimeToLiveSpecification ?? {};
  if (AttributeName === undefined || AttributeName === '' || Enabled === undefined) {
    return invalid('TimeToLiveSpecification needs AttributeName and Enabled');
  }
  const current = settings.get(TableName);
  if (Enabled && current === AttributeName) return invalid('TimeToLive is already enabled');
  if (!Enabled && current === undefined) return invalid('TimeToLive is already disabled');
  if (current !== undefined && current !== AttributeName) {
    return invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${current}`);
  }
  if (Enabled) settings.set(TableName, AttributeName);
  else settings.delete(TableName);
  return jsonAnswer(200, { TimeToLiveSpecification: { AttributeName, Enabled } });
}

/** Answers DescribeTimeToLive. */
export async function describeTimeToLive(
  tables: Tables,
  settings: TimeToLiveSettings,
  request: WireRequest,
): Promise<WireAnswer> {
  const { TableName } = contentOf(request);
  if (TableName === undefined || (await tables.schemaOf(TableName)) === undefined) return noTable(TableName);
  const attribute = settings.get(TableName);
  const description =
    attribute === undefined
      ? { TimeToLiveStatus: 'DISABLED' }
      : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute };
  return jsonAnswer(200, { TimeToLiveDescription: description });
}

function invalid(message: string): WireAnswer {
  return refusal('ValidationException', message);
}

function noTable(tableName: string | undefined): WireAnswer {
  return refusal('ResourceNotFoundException', `Requested resource not found: Table: ${tableName} not found`);
}
