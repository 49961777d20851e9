import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isRecord, type JsonRecord } from './record.ts';

/** One resource of a template, as it was synthesized: intrinsics unresolved. */
export interface TemplateResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonRecord;
  readonly conditional: boolean;
}

/** What CDK left in its output directory for one stack. */
export interface CloudAssembly {
  readonly directory: string;
  readonly stackName: string;
  readonly resources: readonly TemplateResource[];
  /** Defaults of the template's parameters, by name. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Directory of the asset that a function's `S3Key` names, or nothing when no asset has that key. */
  assetDirectory(objectKey: string): string | undefined;
}

/**
 * Reads a cloud assembly with exactly one stack.
 *
 * @throws Error when the directory holds no assembly, none or several stacks, or a nested assembly's files are missing.
 */
export function readCloudAssembly(directory: string): CloudAssembly {
  const manifest = readJson(path.join(directory, 'manifest.json'));
  const artifacts = isRecord(manifest['artifacts']) ? manifest['artifacts'] : {};
  const stacks = Object.entries(artifacts).filter(
    ([, artifact]) => isRecord(artifact) && artifact['type'] === 'aws:cloudformation:stack',
  );
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    const names = stacks.map(([name]) => name).join(', ') || 'none';
    throw new Error(`${directory} holds the stacks ${names}: the local stack runs exactly one.`);
  }
  const [artifactId, artifact] = stack;
  const properties = isRecord(artifact) && isRecord(artifact['properties']) ? artifact['properties'] : {};
  const template = readJson(
    path.join(directory, text(properties['templateFile'], 'templateFile', directory)),
  );
  const assets = readAssets(directory, artifactId);
  return {
    directory,
    stackName: typeof properties['stackName'] === 'string' ? properties['stackName'] : artifactId,
    resources: readResources(template),
    parameters: readParameters(template),
    assetDirectory: (objectKey) => assets.get(objectKey),
  };
}

function readResources(template: JsonRecord): TemplateResource[] {
  const resources = isRecord(template['Resources']) ? template['Resources'] : {};
  return Object.entries(resources).map(([logicalId, resource]) => {
    const fields = isRecord(resource) ? resource : {};
    return {
      logicalId,
      type: text(fields['Type'], 'Type', logicalId),
      properties: isRecord(fields['Properties']) ? fields['Properties'] : {},
      conditional: fields['Condition'] !== undefined,
    };
  });
}

function readParameters(template: JsonRecord): Map<string, string> {
  const parameters = isRecord(template['Parameters']) ? template['Parameters'] : {};
  const defaults = new Map<string, string>();
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = isRecord(parameter) ? parameter['Default'] : undefined;
    if (typeof value === 'string' || typeof value === 'number') defaults.set(name, String(value));
  }
  return defaults;
}

/** Directories of the stack's file assets, by the object key they would be uploaded under. */
function readAssets(directory: string, artifactId: string): Map<string, string> {
  const file = path.join(directory, `${artifactId}.assets.json`);
  const directories = new Map<string, string>();
  if (!existsSync(file)) return directories;
  const files = readJson(file)['files'];
  for (const asset of Object.values(isRecord(files) ? files : {})) {
    if (!isRecord(asset) || !isRecord(asset['source']) || !isRecord(asset['destinations'])) continue;
    const source = asset['source']['path'];
    if (typeof source !== 'string') continue;
    for (const destination of Object.values(asset['destinations'])) {
      const objectKey = isRecord(destination) ? destination['objectKey'] : undefined;
      if (typeof objectKey === 'string') directories.set(objectKey, path.resolve(directory, source));
    }
  }
  return directories;
}

function readJson(file: string): JsonRecord {
  if (!existsSync(file)) {
    throw new Error(`${file} does not exist: synthesize the app before its template is run.`);
  }
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isRecord(value)) throw new Error(`${file} holds no JSON object: synthesize the app again.`);
  return value;
}

function text(value: unknown, name: string, where: string): string {
  if (typeof value !== 'string') throw new Error(`${where} has no ${name}: synthesize the app again.`);
  return value;
}
