import { randomUUID } from 'node:crypto';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../assembly/local-account.ts';
import type { JsonRecord } from '../assembly/record.ts';

/** What makes one event differ from another. */
interface EventFields {
  readonly detailType: string;
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly resources: readonly string[];
  readonly detail: JsonRecord;
}

/** A new event in EventBridge's envelope (https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html), with an id of its own. */
export function busEvent({ detailType, source, timeMs, resources, detail }: EventFields): JsonRecord {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: LOCAL_ACCOUNT,
    time: wholeSeconds(timeMs),
    region: LOCAL_REGION,
    resources,
    detail,
  };
}

/** A time as EventBridge writes it: UTC, without fractions of a second. */
export function wholeSeconds(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
