import type { StreamRecord } from '../../../../infra/local/dynamodb/stream-record.ts';
import type { WireValue } from '../../../../infra/local/dynamodb/wire-content.ts';

/** What tests look at in a record of theirs: the item's key, and its value before and after; `-` where there is none. */
export function recordTexts({ dynamodb }: StreamRecord): [key: string, before: string, after: string] {
  const { Keys, OldImage, NewImage } = dynamodb;
  return [text(Keys['pk']), text(OldImage?.['value']), text(NewImage?.['value'])];
}

function text(value: WireValue | undefined): string {
  return value !== undefined && 'S' in value ? value.S : '-';
}
