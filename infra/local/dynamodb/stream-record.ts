import { createHash } from 'node:crypto';

import { LOCAL_REGION } from '../assembly/local-account.ts';
import type { Change, StreamView } from './change-log.ts';
import { itemSize } from './item-size.ts';
import type { WireItem } from './wire-content.ts';

/** A record of a table's stream as Lambda hands it over (https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html). */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly dynamodb: {
    /** Whole seconds since 1970. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: WireItem;
    readonly NewImage?: WireItem;
    readonly OldImage?: WireItem;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: StreamView;
  };
  /** Only where the time to live took the item away. */
  readonly userIdentity?: { readonly type: 'Service'; readonly principalId: 'dynamodb.amazonaws.com' };
}

/** The record of a change that has ended. It is the same however often it is made. */
export function streamRecord(arn: string, change: Change): StreamRecord {
  const { key, before, after, view, atMs } = change;
  const newImage = view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES' ? after : undefined;
  const oldImage = view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES' ? before : undefined;
  const sequence = sequenceNumber(change.number);
  return {
    eventID: createHash('sha256').update(`${arn} ${sequence} ${atMs}`).digest('hex').slice(0, 32),
    eventName: eventName(change),
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: LOCAL_REGION,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(atMs / 1000),
      Keys: key,
      ...(newImage !== undefined && { NewImage: newImage }),
      ...(oldImage !== undefined && { OldImage: oldImage }),
      SequenceNumber: sequence,
      SizeBytes: itemSize(key) + itemSize(newImage ?? {}) + itemSize(oldImage ?? {}),
      StreamViewType: view,
    },
    eventSourceARN: arn,
    ...(change.expired === true && {
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    }),
  };
}

/** The change that a record's sequence number stands for. */
export function changeNumber(sequence: string): number {
  return Number(sequence.slice(1));
}

/** As many digits as in AWS, always the same number of them, so that texts sort as numbers do. */
function sequenceNumber(number: number): string {
  return `1${String(number).padStart(20, '0')}`;
}

function eventName({ before, after }: Change): StreamRecord['eventName'] {
  if (before === undefined) return 'INSERT';
  return after === undefined ? 'REMOVE' : 'MODIFY';
}
