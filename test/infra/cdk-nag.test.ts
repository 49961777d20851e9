import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { AwsSolutionsChecks } from 'cdk-nag';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../infra/create-app.ts';
import { TaskSystem } from '../../infra/task-system.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const Report = v.object({
  pluginReports: v.array(v.object({ violations: v.array(v.unknown()) })),
});

describe('the AwsSolutions rules', () => {
  it('find nothing to say about the stack, with nothing acknowledged but dead events without dead letters, and open routes', () => {
    const outdir = temporaryDirectory();
    const app = createApp({ outdir });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
    const report: unknown = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
    expect(v.parse(Report, report).pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
    expect(app.node.findAll().flatMap(acknowledging)).toEqual([
      'RefusedEventQueue',
      'SucceedTask',
      'FailTask',
      'HeartbeatTask',
      'DescribeApi',
      'CheckHealth',
      'UnsentEventQueue',
    ]);
  }, 60_000);

  it('name the missing authorization of an API that is open to everybody', () => {
    const registry = temporaryDirectory({ 'registry.ts': 'export const actions = [];' });
    const app = new App({ outdir: temporaryDirectory() });
    const stack = new Stack(app, 'Open');
    const tasks = new TaskSystem(stack, 'Tasks', {
      actions: join(registry, 'registry.ts'),
      authorizer: new HttpNoneAuthorizer(),
    });
    const { violations } = new AwsSolutionsChecks(app).validateScope(tasks);
    // Here what is acknowledged is told as well.
    expect(violations.map(({ ruleName }) => ruleName)).toEqual(['AwsSolutions-SQS3', 'AwsSolutions-APIG4']);
  }, 60_000);
});

function acknowledging({ node }: App['node']['root']): string[] {
  const isAcknowledging = node.metadata.some(
    ({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY,
  );
  return isAcknowledging ? [node.id] : [];
}
