import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  DEFAULT_RETENTION_MS,
  MAX_WORKER_TIMEOUT_SECONDS,
  MIN_WORKER_TIMEOUT_SECONDS,
  WORKER_BATCH_SIZE,
  WORKER_TIMEOUT_SECONDS,
} from '../shared/task/limits.ts';
import { checkCorsOrigins, checkTenantClaim } from './check-access.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { TaskSystemProps } from './task-system-props.ts';

const DEFAULT_WORKER_MEMORY_MB = 1024;
/** Ten years: who wants more wants an archive. */
const MAX_RETENTION_DAYS = 3650;
const REMOVAL_POLICIES = [
  RemovalPolicy.RETAIN,
  RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  RemovalPolicy.DESTROY,
];

type AbsentByDefault = 'tenantClaim' | 'corsOrigins' | 'workerConcurrency' | 'encryptionKey' | 'eventBus';

/** The props with every default filled in, and checked. */
export interface ResolvedProps extends Required<Omit<TaskSystemProps, AbsentByDefault>> {
  readonly tenantClaim: string | undefined;
  readonly corsOrigins: readonly string[] | undefined;
  readonly workerConcurrency: number | undefined;
  readonly encryptionKey: IKey | undefined;
  /** Undefined for one of its own. */
  readonly eventBus: IEventBus | false | undefined;
}

/**
 * Fills in the defaults, makes the path of the registry absolute, and refuses what AWS would refuse only at deployment.
 * The visibility timeout needs no check: six times the longest worker timeout is 90 minutes, and SQS takes 12 hours.
 * @throws ConfigurationError naming the value, the rule and the cure.
 */
export function resolveProps(props: TaskSystemProps): ResolvedProps {
  const resolved: ResolvedProps = {
    actions: resolve(props.actions),
    authorizer: props.authorizer ?? new HttpIamAuthorizer(),
    tenantClaim: props.tenantClaim,
    corsOrigins: props.corsOrigins,
    workerMemoryMb: props.workerMemoryMb ?? DEFAULT_WORKER_MEMORY_MB,
    workerTimeout: props.workerTimeout ?? Duration.seconds(WORKER_TIMEOUT_SECONDS),
    workerConcurrency: props.workerConcurrency,
    batchSize: props.batchSize ?? WORKER_BATCH_SIZE,
    retention: props.retention ?? Duration.millis(DEFAULT_RETENTION_MS),
    logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
    encryptionKey: props.encryptionKey,
    eventBus: props.eventBus,
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
  };
  if (statSync(resolved.actions, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new ConfigurationError(
      `actions is ${JSON.stringify(props.actions)}, and there is no file ${resolved.actions}; give the path of the file that exports your actions.`,
    );
  }
  if (resolved.tenantClaim !== undefined) checkTenantClaim(resolved.tenantClaim, resolved.authorizer);
  if (resolved.corsOrigins !== undefined) checkCorsOrigins(resolved.corsOrigins);
  requireWhole('workerMemoryMb', resolved.workerMemoryMb, 128, 10_240, 'MiB, which is what Lambda offers');
  requireWhole('batchSize', resolved.batchSize, 1, 10, 'tasks, as a batch without a window holds no more');
  if (resolved.workerConcurrency !== undefined) {
    requireWhole(
      'workerConcurrency',
      resolved.workerConcurrency,
      2,
      1000,
      'batches, or leave it out for no limit',
    );
  }
  requireDuration(
    'workerTimeout',
    resolved.workerTimeout,
    'seconds',
    MIN_WORKER_TIMEOUT_SECONDS,
    MAX_WORKER_TIMEOUT_SECONDS,
  );
  requireDuration('retention', resolved.retention, 'days', 1, MAX_RETENTION_DAYS);
  if (!REMOVAL_POLICIES.includes(resolved.removalPolicy)) {
    throw new ConfigurationError(
      `removalPolicy is ${resolved.removalPolicy}, which tables and log groups do not know; give ${REMOVAL_POLICIES.join(', ')}.`,
    );
  }
  return resolved;
}

function requireWhole(prop: string, value: number, least: number, most: number, unit: string): void {
  if (Token.isUnresolved(value)) {
    throw new ConfigurationError(
      `${prop} is a token, whose value is known at deployment only; give a plain number.`,
    );
  }
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new ConfigurationError(
      `${prop} is ${value}; give a whole number from ${least} to ${most} ${unit}.`,
    );
  }
}

function requireDuration(
  prop: string,
  value: Duration,
  unit: 'seconds' | 'days',
  least: number,
  most: number,
): void {
  if (value.isUnresolved()) {
    throw new ConfigurationError(
      `${prop} is a token, whose value is known at deployment only; give a plain Duration.`,
    );
  }
  const amount = unit === 'days' ? value.toDays({ integral: false }) : value.toSeconds({ integral: false });
  if (!Number.isInteger(amount) || amount < least || amount > most) {
    throw new ConfigurationError(
      `${prop} is ${amount} ${unit}; give whole ${unit}, from ${least} to ${most}.`,
    );
  }
}
