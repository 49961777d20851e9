import { setTimeout } from 'node:timers/promises';
import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** How often what DynamoDB left unread is asked for, and the pause before each, which grows. */
const TRIES = 5;
const PAUSE_MS = 25;

/** Reads payload rows consistently, in one request as a rule: two payloads may exceed what one answer holds when the table is throttled. */
export async function readPayloads(
  client: DynamoDBClient,
  tableName: string,
  partition: string,
  refs: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let keys = refs.map((ref) => marshall({ pk: partition, sk: ref }));
  for (let attempt = 1; keys.length > 0; attempt += 1) {
    if (attempt > TRIES)
      throw new Error(`DynamoDB left ${keys.length} rows unread ${TRIES} times: it is throttled.`);
    if (attempt > 1) await setTimeout(PAUSE_MS * 2 ** attempt);
    const request = { Keys: keys, ConsistentRead: true };
    const answer = await client.send(new BatchGetItemCommand({ RequestItems: { [tableName]: request } }));
    for (const item of answer.Responses?.[tableName] ?? []) {
      const { sk, json } = unmarshall(item);
      found.set(String(sk), String(json));
    }
    keys = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return found;
}
