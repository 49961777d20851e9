import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** What the table takes. */
export interface TaskTableProps {
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey?: IKey | undefined;
}

/**
 * The one table. Its `task` rows are the only truth about tasks, so it can be restored to any second of the last 35 days and
 * is kept when it leaves the stack, unless the removal policy says otherwise.
 *
 * `byLook` holds every open task by the time when somebody must look at it (keys only: whoever decides reads the row itself);
 * `byEnd` holds every ended one, newest last. Both are sharded: one partition takes 1,000 writes a second.
 */
export class TaskTable extends Table {
  constructor(scope: Construct, id: string, props: TaskTableProps) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      stream: StreamViewType.NEW_IMAGE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: props.removalPolicy,
      deletionProtection: props.removalPolicy !== RemovalPolicy.DESTROY,
      ...(props.encryptionKey === undefined
        ? { encryption: TableEncryption.DEFAULT }
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.encryptionKey }),
    });
    this.addGlobalSecondaryIndex({
      indexName: 'byLook',
      partitionKey: { name: 'lookShard', type: AttributeType.STRING },
      sortKey: { name: 'lookAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.addGlobalSecondaryIndex({
      indexName: 'byEnd',
      partitionKey: { name: 'endShard', type: AttributeType.STRING },
      sortKey: { name: 'stoppedAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.ALL,
    });
  }
}
