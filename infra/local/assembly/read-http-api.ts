import type { TemplateResource } from './cloud-assembly.ts';
import type { PropertyRule } from './property-bag.ts';
import { readResource } from './read-resource.ts';
import type { References } from './resolve-intrinsics.ts';

/** A route of the HTTP API and the function behind it. */
interface HttpRoute {
  /** `POST /v1/tasks`, `ANY /files/{path+}` or `$default`. */
  readonly key: string;
  /** Name or ARN of the function. */
  readonly functionName: string;
  readonly timeoutMs: number;
}

/** The HTTP API to serve. */
export interface HttpApiDefinition {
  readonly apiId: string;
  /** `$default`, or a name that stands in front of every path. */
  readonly stage: string;
  readonly routes: readonly HttpRoute[];
  /** Kinds of authorization that the routes ask for, none of them enforced here: `AWS_IAM`, `JWT`, `CUSTOM`. */
  readonly authorizations: readonly string[];
}

/** API Gateway's own limit. */
const MAX_TIMEOUT_MS = 30_000;

const API: PropertyRule = {
  used: ['ProtocolType'],
  ignored: [
    'Description',
    'DisableExecuteApiEndpoint',
    'IpAddressType',
    'Name',
    'RouteSelectionExpression',
    'Tags',
  ],
};
const ROUTE: PropertyRule = {
  used: ['ApiId', 'AuthorizationType', 'RouteKey', 'Target'],
  ignored: ['AuthorizationScopes', 'AuthorizerId', 'OperationName'],
};
const INTEGRATION: PropertyRule = {
  used: ['ApiId', 'IntegrationType', 'IntegrationUri', 'PayloadFormatVersion', 'TimeoutInMillis'],
  ignored: ['ConnectionType', 'CredentialsArn', 'Description', 'IntegrationMethod'],
};
const STAGE: PropertyRule = {
  used: ['ApiId', 'StageName'],
  ignored: [
    'AccessLogSettings',
    'AutoDeploy',
    'DefaultRouteSettings',
    'DeploymentId',
    'Description',
    'RouteSettings',
    'Tags',
  ],
};

/**
 * The HTTP API in a template, if there is one.
 *
 * @throws Error when there are several, when it has not exactly one stage, or at a property, an integration or a protocol that the
 * local stack does not know.
 */
export function readHttpApi(
  resources: readonly TemplateResource[],
  references: References,
): HttpApiDefinition | undefined {
  const of = (kind: string): TemplateResource[] =>
    resources.filter(({ type }) => type === `AWS::ApiGatewayV2::${kind}`);
  const [api, ...others] = of('Api');
  if (api === undefined) return undefined;
  if (others.length > 0) throw new Error(`${others[0]?.logicalId} is a second API: the local stack has one.`);
  const protocol = readResource(api, API, references).text('ProtocolType');
  if (protocol !== 'HTTP') {
    throw new Error(
      `${api.type} ${api.logicalId} has ProtocolType ${protocol}: the local stack knows HTTP only.`,
    );
  }
  const integrations = new Map(
    of('Integration').map((resource) => [resource.logicalId, readIntegration(resource, references)]),
  );
  const stages = of('Stage').map((stage) => readResource(stage, STAGE, references).text('StageName'));
  const [stage] = stages;
  if (stage === undefined || stages.length > 1) {
    throw new Error(
      `${api.type} ${api.logicalId} has the stages ${stages.join(', ') || 'none'}: the local stack needs exactly one.`,
    );
  }
  const routes = of('Route').map((route) => readRoute(route, integrations, references));
  return {
    apiId: String(references.ref(api.logicalId)),
    stage,
    routes,
    authorizations: [...new Set(routes.flatMap(({ authorization }) => authorization ?? []))],
  };
}

type Integration = Omit<HttpRoute, 'key'>;

function readIntegration(resource: TemplateResource, references: References): Integration {
  const bag = readResource(resource, INTEGRATION, references);
  const type = bag.text('IntegrationType');
  const format = bag.text('PayloadFormatVersion', '1.0');
  if (type !== 'AWS_PROXY' || format !== '2.0') {
    throw new Error(
      `${bag.where} is ${type} with payload format ${format}: the local stack knows AWS_PROXY with 2.0.`,
    );
  }
  // Either the function's ARN, or one of API Gateway's that contains it.
  const uri = bag.text('IntegrationUri');
  return {
    functionName: /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri,
    timeoutMs: Math.min(bag.number('TimeoutInMillis', MAX_TIMEOUT_MS), MAX_TIMEOUT_MS),
  };
}

function readRoute(
  resource: TemplateResource,
  integrations: ReadonlyMap<string, Integration>,
  references: References,
): HttpRoute & { authorization: string | undefined } {
  const bag = readResource(resource, ROUTE, references);
  const target = bag.text('Target');
  const integration = integrations.get(target.replace(/^integrations\//, ''));
  if (integration === undefined) {
    throw new Error(`${bag.where} has Target ${target}, which is no integration of this template.`);
  }
  const authorization = bag.text('AuthorizationType', 'NONE');
  return {
    key: bag.text('RouteKey'),
    ...integration,
    authorization: authorization === 'NONE' ? undefined : authorization,
  };
}
