import { join } from 'node:path';
import { Duration, Lazy, RemovalPolicy } from 'aws-cdk-lib';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../infra/configuration-error.ts';
import { resolveProps } from '../../infra/resolve-props.ts';
import type { TaskSystemProps } from '../../infra/task-system-props.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const actions = join(temporaryDirectory({ 'registry.ts': 'export const actions = [];' }), 'registry.ts');

describe('resolveProps', () => {
  it('fills in every default', () => {
    const resolved = resolveProps({ actions });
    expect(resolved).toMatchObject({
      actions,
      workerMemoryMb: 1024,
      batchSize: 10,
      logRetention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    expect(resolved.authorizer).toBeInstanceOf(HttpIamAuthorizer);
    expect(resolved.workerTimeout.toSeconds()).toBe(300);
    expect(resolved.retention.toDays()).toBe(7);
    expect(resolved.workerConcurrency).toBeUndefined();
    expect(resolved.encryptionKey).toBeUndefined();
    expect(resolved.tenantClaim).toBeUndefined();
    expect(resolved.corsOrigins).toBeUndefined();
  });

  it('takes a relative path from the working directory', () => {
    expect(resolveProps({ actions: 'package.json' }).actions).toBe(join(process.cwd(), 'package.json'));
  });

  it('accepts both ends of every range', () => {
    const ends: Omit<TaskSystemProps, 'actions'>[] = [
      { workerMemoryMb: 128, workerTimeout: Duration.seconds(10), workerConcurrency: 2, batchSize: 1 },
      { workerMemoryMb: 10_240, workerTimeout: Duration.minutes(15), workerConcurrency: 1000, batchSize: 10 },
      { retention: Duration.days(1) },
      { retention: Duration.hours(48) },
    ];
    for (const props of ends) expect(() => resolveProps({ actions, ...props })).not.toThrow();
  });

  it.each<[Omit<TaskSystemProps, 'actions'>, string]>([
    [
      { workerMemoryMb: 127 },
      'workerMemoryMb is 127; give a whole number from 128 to 10240 MiB, which is what Lambda offers.',
    ],
    [
      { workerMemoryMb: 10_241 },
      'workerMemoryMb is 10241; give a whole number from 128 to 10240 MiB, which is what Lambda offers.',
    ],
    [
      { workerMemoryMb: Number.NaN },
      'workerMemoryMb is NaN; give a whole number from 128 to 10240 MiB, which is what Lambda offers.',
    ],
    [
      { workerTimeout: Duration.seconds(9) },
      'workerTimeout is 9 seconds; give whole seconds, from 10 to 900.',
    ],
    [
      { workerTimeout: Duration.seconds(901) },
      'workerTimeout is 901 seconds; give whole seconds, from 10 to 900.',
    ],
    [
      { workerTimeout: Duration.millis(1500) },
      'workerTimeout is 1.5 seconds; give whole seconds, from 10 to 900.',
    ],
    [
      { workerConcurrency: 1 },
      'workerConcurrency is 1; give a whole number from 2 to 1000 batches, or leave it out for no limit.',
    ],
    [
      { workerConcurrency: 1001 },
      'workerConcurrency is 1001; give a whole number from 2 to 1000 batches, or leave it out for no limit.',
    ],
    [
      { batchSize: 0 },
      'batchSize is 0; give a whole number from 1 to 10 tasks, as a batch without a window holds no more.',
    ],
    [
      { batchSize: 11 },
      'batchSize is 11; give a whole number from 1 to 10 tasks, as a batch without a window holds no more.',
    ],
    [{ retention: Duration.hours(12) }, 'retention is 0.5 days; give whole days, from 1 to 3650.'],
    [{ retention: Duration.hours(36) }, 'retention is 1.5 days; give whole days, from 1 to 3650.'],
    [{ retention: Duration.days(3651) }, 'retention is 3651 days; give whole days, from 1 to 3650.'],
    [
      { removalPolicy: RemovalPolicy.SNAPSHOT },
      'removalPolicy is snapshot, which tables and log groups do not know; give retain, retain-on-update-or-delete, destroy.',
    ],
    [
      { batchSize: Lazy.number({ produce: () => 5 }) },
      'batchSize is a token, whose value is known at deployment only; give a plain number.',
    ],
    [
      { workerTimeout: Duration.seconds(Lazy.number({ produce: () => 5 })) },
      'workerTimeout is a token, whose value is known at deployment only; give a plain Duration.',
    ],
  ])('refuses %j', (props, message) => {
    expect(() => resolveProps({ actions, ...props })).toThrow(new ConfigurationError(message));
  });

  it('refuses a directory for a registry', () => {
    expect(() => resolveProps({ actions: import.meta.dirname })).toThrow('there is no file');
  });

  it('refuses a registry that is not there, and says where it looked', () => {
    expect(() => resolveProps({ actions: 'no/such/registry.ts' })).toThrow(
      `actions is "no/such/registry.ts", and there is no file ${join(process.cwd(), 'no/such/registry.ts')}; give the path of the file that exports your actions.`,
    );
  });
});
