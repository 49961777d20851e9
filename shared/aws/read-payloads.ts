import { setTimeout } from 'node:timers/promises';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** How often what DynamoDB left unread is asked for, and the pause before each, which grows. */
const TRIES = 5;
const PAUSE_MS = 25;

/** Reads payload rows consistently, in one request as a rule: two payloads may exceed what one answer holds when the table is throttled. */
export async function readPayloads(
  client: DynamoDBDocumentClient,
  tableName: string,
  partition: string,
  refs: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let keys: Record<string, unknown>[] = refs.map((ref) => ({ pk: partition, sk: ref }));
  for (let attempt = 1; keys.length > 0; attempt += 1) {
    if (attempt > TRIES)
      throw new Error(`DynamoDB left ${keys.length} rows unread ${TRIES} times: it is throttled.`);
    if (attempt > 1) await setTimeout(PAUSE_MS * 2 ** attempt);
    const request = { Keys: keys, ConsistentRead: true };
    const answer = await client.send(new BatchGetCommand({ RequestItems: { [tableName]: request } }));
    for (const { sk, json } of answer.Responses?.[tableName] ?? []) found.set(String(sk), String(json));
    keys = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return found;
}
