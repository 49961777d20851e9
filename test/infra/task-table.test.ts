import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { TaskTable } from '../../infra/task-table.ts';
import { readTemplate } from './read-template.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import type { TemplateResource } from './read-template.ts';
import { TABLE_DEFINITION } from '../fakes/table-definition.ts';

function table(removalPolicy: RemovalPolicy): TemplateResource {
  const stack = new Stack(new App({ outdir: temporaryDirectory() }));
  const { node } = new TaskTable(stack, 'Table', { removalPolicy });
  return readTemplate(stack).named('AWS::DynamoDB::Table', node.id);
}

describe('TaskTable', () => {
  const { Properties, DeletionPolicy, UpdateReplacePolicy } = table(RemovalPolicy.RETAIN);

  it('is keyed by pk and sk, is paid on demand, forgets by expiresAt and streams new images', () => {
    expect(Properties).toMatchObject({
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
  });

  it('indexes open tasks by when to look at them, and ended ones by when they ended', () => {
    expect(Properties['GlobalSecondaryIndexes']).toEqual(TABLE_DEFINITION.GlobalSecondaryIndexes);
    expect(Properties['AttributeDefinitions']).toEqual(TABLE_DEFINITION.AttributeDefinitions);
  });

  it('can be restored to any second, is protected from deletion and outlives its stack', () => {
    expect(Properties).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
    expect({ DeletionPolicy, UpdateReplacePolicy }).toEqual({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('goes with its stack, and is not protected, when the removal policy is DESTROY', () => {
    expect(table(RemovalPolicy.DESTROY)).toMatchObject({
      Properties: { DeletionProtectionEnabled: false },
      DeletionPolicy: 'Delete',
    });
  });

  it('stays protected under any other removal policy', () => {
    expect(table(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE).Properties).toMatchObject({
      DeletionProtectionEnabled: true,
    });
  });
});
