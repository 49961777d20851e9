import { type WriteUnits, totalUnits } from './write-units.ts';

/** A ConsumedCapacity member, as answers carry it. */
export interface ConsumedCapacity {
  TableName: string;
  CapacityUnits: number;
  Table?: { CapacityUnits: number };
  GlobalSecondaryIndexes?: Record<string, { CapacityUnits: number }>;
}

/**
 * What the writes to one table cost together, in the detail that ReturnConsumedCapacity asks for; `undefined` when it
 * asks for nothing.
 */
export function consumedCapacity(
  tableName: string,
  detail: string | undefined,
  writes: readonly WriteUnits[],
): ConsumedCapacity | undefined {
  const total = writes.reduce((sum, units) => sum + totalUnits(units), 0);
  if (detail === 'TOTAL') return { TableName: tableName, CapacityUnits: total };
  if (detail !== 'INDEXES') return undefined;
  const capacity: ConsumedCapacity = {
    TableName: tableName,
    CapacityUnits: total,
    Table: { CapacityUnits: writes.reduce((sum, units) => sum + units.table, 0) },
  };
  for (const { index, units } of writes.flatMap((write) => write.indexes)) {
    const ofIndexes = (capacity.GlobalSecondaryIndexes ??= {});
    const ofIndex = (ofIndexes[index.name] ??= { CapacityUnits: 0 });
    ofIndex.CapacityUnits += units;
  }
  return capacity;
}
