import type { CreateTableCommandInput, KeySchemaElement, Projection } from '@aws-sdk/client-dynamodb';
import type { TemplateResource } from './cloud-assembly.ts';
import type { PropertyBag, PropertyRule } from './property-bag.ts';
import { readResource } from './read-resource.ts';
import type { References } from './resolve-intrinsics.ts';

/** A table to create. */
export interface TableDefinition {
  readonly name: string;
  readonly streamArn: string;
  readonly create: CreateTableCommandInput;
  /** The attribute that holds an item's expiry, in seconds since 1970; nothing when items do not expire. */
  readonly timeToLiveAttribute: string | undefined;
}

const TABLE: PropertyRule = {
  used: [
    'AttributeDefinitions',
    'BillingMode',
    'GlobalSecondaryIndexes',
    'KeySchema',
    'ProvisionedThroughput',
    'StreamSpecification',
    'TableName',
    'TimeToLiveSpecification',
  ],
  ignored: [
    'ContributorInsightsSpecification',
    'DeletionProtectionEnabled',
    'OnDemandThroughput',
    'PointInTimeRecoverySpecification',
    'ResourcePolicy',
    'SSESpecification',
    'TableClass',
    'Tags',
    'WarmThroughput',
  ],
};
const INDEX: PropertyRule = {
  used: ['IndexName', 'KeySchema', 'Projection'],
  ignored: [
    'ContributorInsightsSpecification',
    'OnDemandThroughput',
    'ProvisionedThroughput',
    'WarmThroughput',
  ],
};
const KEY: PropertyRule = { used: ['AttributeName', 'KeyType'] };
const ATTRIBUTE: PropertyRule = { used: ['AttributeName', 'AttributeType'] };
const PROJECTION: PropertyRule = { used: ['ProjectionType', 'NonKeyAttributes'] };
// CloudFormation has no StreamEnabled: a stream that is specified is on.
const STREAM: PropertyRule = { used: ['StreamViewType'], ignored: ['ResourcePolicy'] };
const VIEWS = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] as const;
const TIME_TO_LIVE: PropertyRule = { used: ['AttributeName', 'Enabled'] };

/**
 * The table that an `AWS::DynamoDB::Table` describes, on demand whatever its billing mode: nothing is billed here.
 *
 * @throws Error at a property or value that the local stack does not know.
 */
export function readTable(resource: TemplateResource, references: References): TableDefinition {
  const table = readResource(resource, TABLE, references);
  const name = String(references.ref(resource.logicalId));
  const indexes = table.sections('GlobalSecondaryIndexes', INDEX).map((index) => ({
    IndexName: index.text('IndexName'),
    KeySchema: readKeys(index),
    Projection: readProjection(index),
  }));
  const stream = table.section('StreamSpecification', STREAM);
  const timeToLive = table.section('TimeToLiveSpecification', TIME_TO_LIVE);
  return {
    name,
    streamArn: references.attribute(resource.logicalId, 'StreamArn'),
    create: {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: readKeys(table),
      AttributeDefinitions: table.sections('AttributeDefinitions', ATTRIBUTE).map((attribute) => ({
        AttributeName: attribute.text('AttributeName'),
        AttributeType: oneOf(attribute, 'AttributeType', ['S', 'N', 'B']),
      })),
      ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
      ...(stream !== undefined && {
        StreamSpecification: {
          StreamEnabled: true,
          StreamViewType: oneOf(stream, 'StreamViewType', VIEWS),
        },
      }),
    },
    timeToLiveAttribute:
      timeToLive?.boolean('Enabled', false) === true ? timeToLive.text('AttributeName') : undefined,
  };
}

function readKeys(bag: PropertyBag): KeySchemaElement[] {
  return bag.sections('KeySchema', KEY).map((key) => ({
    AttributeName: key.text('AttributeName'),
    KeyType: oneOf(key, 'KeyType', ['HASH', 'RANGE']),
  }));
}

function readProjection(index: PropertyBag): Projection {
  const projection = index.section('Projection', PROJECTION);
  if (projection === undefined) throw new Error(`${index.where} has no Projection: name one.`);
  const attributes = projection.list('NonKeyAttributes').map(String);
  return {
    ProjectionType: oneOf(projection, 'ProjectionType', ['ALL', 'KEYS_ONLY', 'INCLUDE']),
    ...(attributes.length > 0 && { NonKeyAttributes: attributes }),
  };
}

function oneOf<const T extends string>(bag: PropertyBag, name: string, values: readonly T[]): T {
  const given = bag.text(name);
  const found = values.find((value) => value === given);
  if (found === undefined)
    throw new Error(`${bag.where} has ${name} ${given}: it is one of ${values.join(', ')}.`);
  return found;
}
