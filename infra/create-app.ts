import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { TaskSystemStack } from './task-system-stack.ts';

/** What the app takes. */
export interface CreateAppOptions {
  /** Directory of the cloud assembly. @default - the CDK command's; without it, a directory among the temporary ones */
  readonly outdir?: string;
  /** Path of the registry. @default - the context value `actions` (`-c actions=FILE`), else `functions/actions/registry.ts` */
  readonly actions?: string;
}

/**
 * Makes the CDK app of this repository: one stack, `TaskSystem`, for whatever account and region it is deployed with. Call
 * `synth()` on it for the cloud assembly; the bundles are made before it returns.
 * @throws ConfigurationError when the registry, or an action in it, cannot be used.
 */
export function createApp(options: CreateAppOptions = {}): App {
  const app = new App({
    context: flags,
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
  });
  const actions = options.actions ?? actionsInContext(app) ?? shippedActions();
  const stack = new TaskSystemStack(app, 'TaskSystem', { taskSystem: { actions } });
  stack.templateOptions.description =
    'Asynchronous tasks: created over HTTP, run by a worker, each with exactly one final status.';
  return app;
}

function actionsInContext(app: App): string | undefined {
  const value: unknown = app.node.tryGetContext('actions');
  return typeof value === 'string' ? value : undefined;
}

/** Found from this file, so that the app may be synthesized from any directory. */
function shippedActions(): string {
  return join(import.meta.dirname, '../functions/actions/registry.ts');
}
