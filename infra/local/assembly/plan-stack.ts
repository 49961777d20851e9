import type { CloudAssembly, TemplateResource } from './cloud-assembly.ts';
import { DEFAULT_BUS, readEventBus } from './read-event-bus.ts';
import { readEventSource, type EventSourceDefinition } from './read-event-source.ts';
import { readFunction, type FunctionDefinition } from './read-function.ts';
import { readInvokeConfig, type InvokeConfig } from './read-invoke-config.ts';
import { readHttpApi, type HttpApiDefinition } from './read-http-api.ts';
import { readQueue, type QueueDefinition } from './read-queue.ts';
import { readRule, type RuleDefinition } from './read-rule.ts';
import {
  readStreamSource,
  refuseSharedStreams,
  withoutUnreadStreams,
  type StreamSourceDefinition,
} from './read-stream-source.ts';
import { sourceService } from './source-service.ts';
import { readTable, type TableDefinition } from './read-table.ts';
import type { References } from './resolve-intrinsics.ts';

/** Everything of a template that the local stack runs, and the names of what it does not. */
export interface StackPlan {
  readonly tables: readonly TableDefinition[];
  readonly queues: readonly QueueDefinition[];
  readonly functions: readonly FunctionDefinition[];
  readonly eventSources: readonly EventSourceDefinition[];
  readonly streamSources: readonly StreamSourceDefinition[];
  /** How the asynchronous invocations of some functions end. */
  readonly invokeConfigs: readonly InvokeConfig[];
  /** Names; the account's own is the first. */
  readonly eventBuses: readonly string[];
  readonly rules: readonly RuleDefinition[];
  readonly httpApi: HttpApiDefinition | undefined;
  /** Resource types that are not emulated, each with how many there are: `AWS::IAM::Role (4)`. */
  readonly notEmulated: readonly string[];
}

/** Part of every CDK template, and nothing anywhere. */
const METADATA_TYPE = 'AWS::CDK::Metadata';
const MAPPING_TYPE = 'AWS::Lambda::EventSourceMapping';
/** The services whose mappings are run. */
const SOURCES: ReadonlySet<string | undefined> = new Set(['sqs', 'dynamodb']);

/**
 * What to run for a template.
 *
 * @throws Error at the first property, intrinsic or value of an emulated resource that the local stack does not know.
 */
export function planStack(assembly: CloudAssembly, references: References): StackPlan {
  const tables: TableDefinition[] = [];
  const queues: QueueDefinition[] = [];
  const functions: FunctionDefinition[] = [];
  const eventBuses = [DEFAULT_BUS];
  const notEmulated = new Map<string, number>();
  const skip = (name: string): void => void notEmulated.set(name, (notEmulated.get(name) ?? 0) + 1);

  const httpApi = readHttpApi(assembly.resources, references);
  const httpFunctions = new Set(httpApi?.routes.map((route) => route.functionName));
  for (const resource of assembly.resources) {
    switch (resource.type) {
      case 'AWS::DynamoDB::Table':
        tables.push(readTable(resource, references));
        break;
      case 'AWS::SQS::Queue':
        queues.push(readQueue(resource, references));
        break;
      case 'AWS::Lambda::Function':
        functions.push(readFunction(resource, assembly, references, httpFunctions));
        break;
      case MAPPING_TYPE:
        if (!SOURCES.has(sourceService(resource, references))) skip(`${resource.type} of another source`);
        break;
      case 'AWS::Events::EventBus':
        eventBuses.push(readEventBus(resource, references));
        break;
      // What these refer to must be read first.
      case 'AWS::Events::Rule':
      case 'AWS::Lambda::EventInvokeConfig':
      case 'AWS::ApiGatewayV2::Api':
      case 'AWS::ApiGatewayV2::Authorizer':
      case 'AWS::ApiGatewayV2::Route':
      case 'AWS::ApiGatewayV2::Integration':
      case 'AWS::ApiGatewayV2::Stage':
      case METADATA_TYPE:
        break;
      default:
        skip(resource.type);
    }
  }
  const ofType = (type: string): TemplateResource[] =>
    assembly.resources.filter((resource) => resource.type === type);
  const mappingsOf = (service: string): TemplateResource[] =>
    ofType(MAPPING_TYPE).filter((resource) => sourceService(resource, references) === service);
  const streamSources = mappingsOf('dynamodb').flatMap((each) => readStreamSource(each, references) ?? []);
  refuseSharedStreams(streamSources);
  const known = {
    functions: new Set(functions.map(({ arn }) => arn)),
    queues: new Set(queues.map(({ arn }) => arn)),
    busNames: eventBuses,
  };
  return {
    tables: withoutUnreadStreams(tables, streamSources),
    queues,
    functions,
    eventSources: mappingsOf('sqs').flatMap((each) => readEventSource(each, references) ?? []),
    streamSources,
    invokeConfigs: ofType('AWS::Lambda::EventInvokeConfig').map((resource) =>
      readInvokeConfig(resource, references, known.queues),
    ),
    eventBuses,
    rules: ofType('AWS::Events::Rule').flatMap((resource) => readRule(resource, references, known) ?? []),
    httpApi,
    notEmulated: [...notEmulated].map(([name, count]) => `${name} (${count})`).toSorted(),
  };
}
