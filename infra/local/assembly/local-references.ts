import type { CloudAssembly, TemplateResource } from './cloud-assembly.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION, localArn, localStreamArn } from './local-account.ts';
import { busNameOf, DEFAULT_BUS } from './read-event-bus.ts';
import { resolveIntrinsics, type References } from './resolve-intrinsics.ts';

/** Where the local services answer. */
export interface LocalEndpoints {
  /** The queue's URL on this machine. */
  queueUrl(queueName: string): string;
  /** The HTTP API's URL, without a slash at the end. */
  readonly apiUrl: string;
}

/** Properties that hold a resource's physical name, with the longest name that AWS takes. */
const NAME_PROPERTIES: Readonly<Record<string, { property: string; longest: number }>> = {
  'AWS::DynamoDB::Table': { property: 'TableName', longest: 255 },
  'AWS::SQS::Queue': { property: 'QueueName', longest: 80 },
  'AWS::Events::EventBus': { property: 'Name', longest: 256 },
  'AWS::Events::Rule': { property: 'Name', longest: 64 },
  'AWS::Lambda::Function': { property: 'FunctionName', longest: 64 },
};

/**
 * What a template's references mean on this machine. A resource that is not emulated is known by its logical id, a name that leads
 * nowhere: the functions' SDK reaches no service but the local ones.
 *
 * @throws Error, from its functions, at a name that is not in the template, or an attribute that an emulated type lacks.
 */
export function localReferences(assembly: CloudAssembly, endpoints: LocalEndpoints): References {
  const resources = new Map(assembly.resources.map((resource) => [resource.logicalId, resource]));
  const pseudo = new Map<string, string | undefined>([
    ['AWS::AccountId', LOCAL_ACCOUNT],
    ['AWS::NoValue', undefined],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', LOCAL_REGION],
    ['AWS::StackId', localArn('cloudformation', `stack/${assembly.stackName}/local`)],
    ['AWS::StackName', assembly.stackName],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);

  const references: References = {
    ref(name) {
      if (pseudo.has(name)) return pseudo.get(name);
      const parameter = assembly.parameters.get(name);
      if (parameter !== undefined) return parameter;
      const resource = find(name);
      const physicalName = nameOf(resource);
      return resource.type === 'AWS::SQS::Queue' ? endpoints.queueUrl(physicalName) : physicalName;
    },
    attribute(logicalId, attribute) {
      const resource = find(logicalId);
      const value = attributesOf(resource)[attribute];
      if (value === undefined) {
        throw new Error(
          `${resource.type} ${logicalId} has no attribute ${attribute} on the local stack: teach it in infra/local/assembly.`,
        );
      }
      return value;
    },
  };

  function find(logicalId: string): TemplateResource {
    const resource = resources.get(logicalId);
    if (resource === undefined)
      throw new Error(`The template refers to ${logicalId}, which is not one of its resources.`);
    return resource;
  }

  function nameOf(resource: TemplateResource): string {
    const rule = NAME_PROPERTIES[resource.type];
    if (rule === undefined) return resource.logicalId;
    const where = `${resource.type} ${resource.logicalId}, ${rule.property}`;
    const given = resolveIntrinsics(resource.properties[rule.property], where, references);
    if (typeof given === 'string') return given;
    const generated = `${assembly.stackName}-${resource.logicalId}`;
    // CDK's logical ids end in a hash, which must survive the cut.
    return generated.slice(-rule.longest).replace(/^-+/, '');
  }

  function attributesOf(resource: TemplateResource): Readonly<Record<string, string>> {
    const name = nameOf(resource);
    switch (resource.type) {
      case 'AWS::DynamoDB::Table':
        return { Arn: localArn('dynamodb', `table/${name}`), StreamArn: localStreamArn(name) };
      case 'AWS::SQS::Queue':
        return { Arn: localArn('sqs', name), QueueName: name, QueueUrl: endpoints.queueUrl(name) };
      case 'AWS::Lambda::Function':
        return { Arn: localArn('lambda', `function:${name}`) };
      case 'AWS::Events::EventBus':
        return { Arn: localArn('events', `event-bus/${name}`), Name: name };
      case 'AWS::Events::Rule':
        return { Arn: localArn('events', `rule/${busOf(resource)}${name}`) };
      case 'AWS::ApiGatewayV2::Api':
        return { ApiId: name, ApiEndpoint: endpoints.apiUrl };
      default:
        return { Arn: localArn('local', name), Name: name, Id: name };
    }
  }

  /** What stands in front of a rule's name in its ARN: nothing on the account's own bus. */
  function busOf({ type, logicalId, properties }: TemplateResource): string {
    const where = `${type} ${logicalId}, EventBusName`;
    const bus = resolveIntrinsics(properties['EventBusName'], where, references);
    const name = typeof bus === 'string' ? busNameOf(bus) : DEFAULT_BUS;
    return name === DEFAULT_BUS ? '' : `${name}/`;
  }

  return references;
}
