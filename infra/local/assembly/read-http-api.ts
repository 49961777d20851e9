import type { TemplateResource } from './cloud-assembly.ts';
import type { PropertyRule } from './property-bag.ts';
import { readAuthorizer, type JwtAuthorizer } from './read-authorizer.ts';
import { readCors, type CorsConfiguration } from './read-cors.ts';
import { readResource } from './read-resource.ts';
import type { References } from './resolve-intrinsics.ts';

/** A JWT authorizer, and the scopes of which a route asks one; none when it asks for no scope. */
export interface JwtRequirement extends JwtAuthorizer {
  readonly scopes: readonly string[];
}

/** A route of the HTTP API and the function behind it. */
interface HttpRoute {
  /** `POST /v1/tasks`, `ANY /files/{path+}` or `$default`. */
  readonly key: string;
  /** Name or ARN of the function. */
  readonly functionName: string;
  readonly timeoutMs: number;
  /** What a caller's token must be like; nothing when the route asks for none. */
  readonly jwt?: JwtRequirement;
}

/** The HTTP API to serve. */
export interface HttpApiDefinition {
  readonly apiId: string;
  /** `$default`, or a name that stands in front of every path. */
  readonly stage: string;
  readonly routes: readonly HttpRoute[];
  /** Kinds of authorization that routes ask for and nobody enforces here: `AWS_IAM`, `CUSTOM`. */
  readonly unenforced: readonly string[];
  /** What pages of other origins may do; nothing when it is not configured. */
  readonly cors: CorsConfiguration | undefined;
}

/** API Gateway's own limit. */
const MAX_TIMEOUT_MS = 30_000;

const API: PropertyRule = {
  used: ['CorsConfiguration', 'ProtocolType'],
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
  used: ['ApiId', 'AuthorizationScopes', 'AuthorizationType', 'AuthorizerId', 'RouteKey', 'Target'],
  ignored: ['OperationName'],
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
  const properties = readResource(api, API, references);
  const protocol = properties.text('ProtocolType');
  if (protocol !== 'HTTP') {
    throw new Error(
      `${api.type} ${api.logicalId} has ProtocolType ${protocol}: the local stack knows HTTP only.`,
    );
  }
  const integrations = new Map(
    of('Integration').map((resource) => [resource.logicalId, readIntegration(resource, references)]),
  );
  const authorizers = new Map(
    of('Authorizer').map((resource) => [
      String(references.ref(resource.logicalId)),
      readAuthorizer(resource, references),
    ]),
  );
  const stages = of('Stage').map((stage) => readResource(stage, STAGE, references).text('StageName'));
  const [stage] = stages;
  if (stage === undefined || stages.length > 1) {
    throw new Error(
      `${api.type} ${api.logicalId} has the stages ${stages.join(', ') || 'none'}: the local stack needs exactly one.`,
    );
  }
  const routes = of('Route').map((route) => readRoute(route, integrations, authorizers, references));
  return {
    apiId: String(references.ref(api.logicalId)),
    stage,
    routes: routes.map(({ route }) => route),
    unenforced: [...new Set(routes.flatMap(({ unenforced }) => unenforced ?? []))],
    cors: readCors(properties),
  };
}

type Integration = Omit<HttpRoute, 'key' | 'jwt'>;

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
  authorizers: ReadonlyMap<string, JwtAuthorizer | undefined>,
  references: References,
): { readonly route: HttpRoute; readonly unenforced?: string } {
  const bag = readResource(resource, ROUTE, references);
  const target = bag.text('Target');
  const integration = integrations.get(target.replace(/^integrations\//, ''));
  if (integration === undefined) {
    throw new Error(`${bag.where} has Target ${target}, which is no integration of this template.`);
  }
  const authorization = bag.text('AuthorizationType', 'NONE');
  const route = { key: bag.text('RouteKey'), ...integration };
  if (authorization === 'NONE') return { route };
  if (authorization !== 'JWT') return { route, unenforced: authorization };
  const id = bag.text('AuthorizerId');
  const authorizer = authorizers.get(id);
  if (authorizer === undefined) {
    throw new Error(`${bag.where} has AuthorizerId ${id}, which is no JWT authorizer of this template.`);
  }
  const scopes = bag.list('AuthorizationScopes').map(String);
  return { route: { ...route, jwt: { ...authorizer, scopes } } };
}
