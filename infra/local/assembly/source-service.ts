import type { TemplateResource } from './cloud-assembly.ts';
import { resolveIntrinsics, type References } from './resolve-intrinsics.ts';

/** The service that an `AWS::Lambda::EventSourceMapping` takes from, as its source's ARN names it: `sqs`, `dynamodb` … */
export function sourceService(resource: TemplateResource, references: References): string | undefined {
  const arn = resolveIntrinsics(resource.properties['EventSourceArn'], resource.logicalId, references);
  return typeof arn === 'string' ? arn.split(':')[2] : undefined;
}
