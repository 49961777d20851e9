import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** The actions that a function may do on one resource. */
interface Permission {
  readonly on: string;
  readonly actions: readonly string[];
}

/** What a function takes. */
export interface TaskFunctionProps {
  readonly description: string;
  /** Directory of its bundle, an `index.cjs` that exports `handler`. */
  readonly directory: string;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly environment: Record<string, string>;
  readonly permissions: readonly Permission[];
  readonly logRetention: RetentionDays;
  /** What becomes of its logs when they leave the stack. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A Lambda function on Node 24 and arm64, with a log group and a role of its own. The role may do what `permissions` says and
 * write to that log group, nothing else: AWS's managed policy for it would let the function create and write any log group.
 */
export class TaskFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: TaskFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: props.logRetention,
      removalPolicy: props.removalPolicy,
    });
    const permissions = [
      ...props.permissions,
      { on: logGroup.logGroupArn, actions: ['logs:CreateLogStream', 'logs:PutLogEvents'] },
    ];
    const statements = permissions.map(
      ({ on, actions }) =>
        new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [on] }),
    );
    super(scope, id, {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      // The map is for people; deployed, it would cost every cold start, and its paths would change the asset's hash.
      code: Code.fromAsset(props.directory, { exclude: ['*.map'] }),
      memorySize: props.memoryMb,
      timeout: props.timeout,
      environment: props.environment,
      logGroup,
      role: new Role(scope, `${id}Role`, {
        assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
        // Inline, so that the permissions exist before the function, and before a mapping that AWS checks against them.
        inlinePolicies: { Permissions: new PolicyDocument({ statements }) },
      }),
    });
  }
}
