/** What the cost of a write depends on in a table: which attributes its keys and its indexes read. */
export interface TableSchema {
  readonly keyNames: readonly string[];
  readonly indexes: readonly IndexSchema[];
}

/** One global secondary index of a table. */
export interface IndexSchema {
  readonly name: string;
  readonly keyNames: readonly string[];
  /** The attributes an entry holds, keys included; `all` for the whole item. */
  readonly projection: 'all' | readonly string[];
}

interface KeyElement {
  AttributeName: string;
}

interface IndexDescription {
  IndexName: string;
  KeySchema: KeyElement[];
  Projection: { ProjectionType: string; NonKeyAttributes?: string[] };
}

/** The part of a DescribeTable answer that a schema is made of. */
export interface TableDescription {
  TableName: string;
  TableStatus: string;
  KeySchema: KeyElement[];
  GlobalSecondaryIndexes?: IndexDescription[];
}

/** Reads the schema from a DescribeTable answer's `Table`. */
export function tableSchema(table: TableDescription): TableSchema {
  const keyNames = namesIn(table.KeySchema);
  const { GlobalSecondaryIndexes = [] } = table;
  return { keyNames, indexes: GlobalSecondaryIndexes.map((index) => indexSchema(index, keyNames)) };
}

function indexSchema(index: IndexDescription, tableKeyNames: readonly string[]): IndexSchema {
  const keyNames = namesIn(index.KeySchema);
  const { ProjectionType, NonKeyAttributes = [] } = index.Projection;
  const projected = [...new Set([...tableKeyNames, ...keyNames, ...NonKeyAttributes])];
  return { name: index.IndexName, keyNames, projection: ProjectionType === 'ALL' ? 'all' : projected };
}

function namesIn(elements: readonly KeyElement[]): string[] {
  return elements.map((element) => element.AttributeName);
}
