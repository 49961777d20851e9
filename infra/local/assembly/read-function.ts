import path from 'node:path';
import type { CloudAssembly, TemplateResource } from './cloud-assembly.ts';
import type { PropertyBag, PropertyRule } from './property-bag.ts';
import { readResource } from './read-resource.ts';
import type { References } from './resolve-intrinsics.ts';

/** A function to run. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /** What people read in front of its log lines, and its log file's name: the logical id without its hash. */
  readonly label: string;
  /** The asset's directory, unpacked. */
  readonly directory: string;
  /** `module.export`, for example `index.handler`. */
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Execution environments at once, at most; further invocations wait. */
  readonly maxEnvironments: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Where compiled code may be kept for further environments: below the assembly, with which it becomes useless. */
  readonly compileCache: string;
}

/** Two cores run about four busy environments well, and each takes tens of megabytes. */
const MAX_ENVIRONMENTS = 4;
/** Behind the HTTP API mostly idle ones: each wait of a caller, up to 20 s, holds one. */
const MAX_HTTP_ENVIRONMENTS = 32;
const SECOND_MS = 1000;
/** What CDK puts behind the readable part of a logical id. */
const LOGICAL_ID_HASH = /(?<=.)[\dA-F]{8}$/;

const FUNCTION: PropertyRule = {
  used: [
    'Code',
    'Environment',
    'FunctionName',
    'Handler',
    'MemorySize',
    'PackageType',
    'ReservedConcurrentExecutions',
    'Runtime',
    'Timeout',
  ],
  ignored: [
    'Architectures',
    'Description',
    'EphemeralStorage',
    'KmsKeyArn',
    'LoggingConfig',
    'RecursiveLoop',
    'Role',
    'RuntimeManagementConfig',
    'Tags',
    'TracingConfig',
    'VpcConfig',
  ],
};
const CODE: PropertyRule = { used: ['S3Key'], ignored: ['S3Bucket'] };
const ENVIRONMENT: PropertyRule = { used: ['Variables'] };

/**
 * The function that an `AWS::Lambda::Function` describes. Absent values are Lambda's defaults: 3 s and 128 MB.
 * `httpFunctions` are the names and ARNs of those behind the HTTP API.
 *
 * @throws Error at a property that the local stack does not know, a runtime other than Node.js, and code that is no asset.
 */
export function readFunction(
  resource: TemplateResource,
  assembly: CloudAssembly,
  references: References,
  httpFunctions: ReadonlySet<string>,
): FunctionDefinition {
  const bag = readResource(resource, FUNCTION, references);
  const runtime = bag.text('Runtime');
  if (!runtime.startsWith('nodejs')) {
    throw new Error(`${bag.where} has Runtime ${runtime}: the local stack runs Node.js functions only.`);
  }
  const name = String(references.ref(resource.logicalId));
  const arn = references.attribute(resource.logicalId, 'Arn');
  const servesHttp = httpFunctions.has(name) || httpFunctions.has(arn);
  const ceiling = servesHttp ? MAX_HTTP_ENVIRONMENTS : MAX_ENVIRONMENTS;
  const reserved = bag.number('ReservedConcurrentExecutions', ceiling);
  return {
    name,
    arn,
    label: resource.logicalId.replace(LOGICAL_ID_HASH, ''),
    directory: readAsset(bag, assembly),
    handler: bag.text('Handler'),
    timeoutMs: bag.number('Timeout', 3) * SECOND_MS,
    memoryMb: bag.number('MemorySize', 128),
    maxEnvironments: Math.max(1, Math.min(ceiling, reserved)),
    variables: readVariables(bag),
    compileCache: path.join(assembly.directory, '.compile-cache'),
  };
}

function readAsset(bag: PropertyBag, assembly: CloudAssembly): string {
  const objectKey = bag.section('Code', CODE)?.text('S3Key');
  const directory = objectKey === undefined ? undefined : assembly.assetDirectory(objectKey);
  if (directory === undefined) {
    throw new Error(`${bag.where} has the code ${objectKey}, which is no asset of this assembly.`);
  }
  return directory;
}

function readVariables(bag: PropertyBag): Record<string, string> {
  const variables = bag.section('Environment', ENVIRONMENT)?.record('Variables') ?? {};
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}
