import { Validations } from 'aws-cdk-lib';
import type { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpAuthorizerType,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { HttpRouteIntegration, IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { authorizationOf } from './authorization-of.ts';
import { browserAccess } from './browser-access.ts';
import { ConfigurationError } from './configuration-error.ts';

/** What the API takes. */
export interface TaskHttpApiProps {
  readonly api: IFunction;
  readonly status: IFunction;
  readonly authorizer: IHttpRouteAuthorizer;
  /** Undefined when no page of another origin may call it. */
  readonly corsOrigins: readonly string[] | undefined;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

const { GET, POST, ANY } = HttpMethod;
const ROUTES = {
  createTask: HttpRouteKey.with('/v1/tasks', POST),
  createTasks: HttpRouteKey.with('/v1/task-batches', POST),
  retryTask: HttpRouteKey.with('/v1/tasks/{id}/retry', POST),
  cancelTask: HttpRouteKey.with('/v1/tasks/{id}/cancel', POST),
  succeedTask: HttpRouteKey.with('/v1/tasks/{id}/succeed', POST),
  failTask: HttpRouteKey.with('/v1/tasks/{id}/fail', POST),
  heartbeatTask: HttpRouteKey.with('/v1/tasks/{id}/heartbeat', POST),
  fetchTask: HttpRouteKey.with('/v1/tasks/{id}', GET),
  listTasks: HttpRouteKey.with('/v1/tasks', GET),
  describeApi: HttpRouteKey.with('/v1/openapi.json', ANY),
  checkHealth: HttpRouteKey.with('/v1/health', ANY),
};

const PREFLIGHT = HttpRouteKey.with('/{path+}', HttpMethod.OPTIONS);

/** A call of the API that has a route of its own. */
type Call = keyof typeof ROUTES;

/** Why routes have no authorizer. */
const COMPLETED_BY_TOKEN =
  'Whoever calls it shows the token of an attempt, which is all that completes a task.';
const ASKED_BY_BROWSERS = 'Browsers ask it without credentials, and learn what the API takes of pages.';
const PUBLIC = 'It tells nothing of tasks: what the API is like, and whether it is well.';

/**
 * The HTTP API and its routes. Whatever no route names goes to the status function too, which answers 404 and 405 as a problem
 * document where API Gateway would say `{"message":"Not Found"}`; the authorizer guards that route like the others. It guards all
 * but the calls that complete a task, which are authorized by the task's token, and those that tell nothing of tasks. Throttling
 * is the account's. An integration has API Gateway's 30 seconds.
 */
export class TaskHttpApi extends Construct {
  readonly httpApi: HttpApi;
  /** Where the API answers, down to its version: `https://…/v1`. */
  readonly url: string;
  private readonly authorizer: IHttpRouteAuthorizer;

  constructor(scope: Construct, id: string, props: TaskHttpApiProps) {
    super(scope, id);
    this.authorizer = props.authorizer;
    this.httpApi = new HttpApi(this, 'HttpApi', {
      description: 'Creates and fetches tasks.',
      createDefaultStage: false,
      defaultAuthorizer: props.authorizer,
      ...(props.corsOrigins && { corsPreflight: browserAccess(props.corsOrigins) }),
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.httpApi,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLogs', {
            retention: props.logRetention,
            removalPolicy: props.removalPolicy,
          }),
        ),
        format: accessLogFormat(),
      },
    });
    this.url = `${stage.url}v1`;

    const format = { payloadFormatVersion: PayloadFormatVersion.VERSION_2_0 };
    const toApi = new HttpLambdaIntegration('ToApi', props.api, format);
    const toStatus = new HttpLambdaIntegration('ToStatus', props.status, format);
    this.route('CreateTask', toApi, ROUTES.createTask);
    this.route('FetchTask', toStatus, ROUTES.fetchTask);
    this.route('AnythingElse', toStatus, HttpRouteKey.DEFAULT);
    this.route('CreateTasks', toApi, ROUTES.createTasks);
    this.route('RetryTask', toApi, ROUTES.retryTask);
    this.route('CancelTask', toApi, ROUTES.cancelTask);
    this.route('ListTasks', toStatus, ROUTES.listTasks);
    this.openRoute('SucceedTask', toApi, ROUTES.succeedTask, COMPLETED_BY_TOKEN);
    this.openRoute('FailTask', toApi, ROUTES.failTask, COMPLETED_BY_TOKEN);
    this.openRoute('HeartbeatTask', toApi, ROUTES.heartbeatTask, COMPLETED_BY_TOKEN);
    this.openRoute('DescribeApi', toStatus, ROUTES.describeApi, PUBLIC);
    this.openRoute('CheckHealth', toStatus, ROUTES.checkHealth, PUBLIC);
    // Without it, API Gateway's own answer to preflight requests would be guarded as `$default` is.
    if (props.corsOrigins) this.openRoute('Preflight', toStatus, PREFLIGHT, ASKED_BY_BROWSERS);
  }

  /**
   * Lets a principal make some of the calls, and no others. `HttpRoute.grantInvoke` would take `/v1/tasks/{id}/cancel` for `/v1/tasks/*`.
   * @throws ConfigurationError when the authorizer is not IAM's.
   */
  grantCalls(grantee: IGrantable, ...calls: readonly Call[]): Grant {
    const authorization = authorizationOf(this.authorizer);
    if (authorization !== HttpAuthorizerType.IAM) {
      throw new ConfigurationError(
        `The authorizer's type is ${String(authorization)}, and a grant is for IAM authorization; leave the grant out, or the authorizer.`,
      );
    }
    return Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: calls.map((call) => {
        const { method, path } = ROUTES[call];
        return this.httpApi.arnForExecuteApi(method, path?.replace('{id}', '*'));
      }),
    });
  }

  /** A route, guarded by the API's authorizer unless it has another one. */
  private route(
    id: string,
    integration: HttpRouteIntegration,
    routeKey: HttpRouteKey,
    authorizer?: IHttpRouteAuthorizer,
  ): HttpRoute {
    const { httpApi } = this;
    return new HttpRoute(this, id, { httpApi, routeKey, integration, ...(authorizer && { authorizer }) });
  }

  /** A route that nothing guards, for a reason. */
  private openRoute(
    id: string,
    integration: HttpRouteIntegration,
    routeKey: HttpRouteKey,
    reason: string,
  ): void {
    const route = this.route(id, integration, routeKey, new HttpNoneAuthorizer());
    Validations.of(route).acknowledge({ id: 'AwsSolutions::AwsSolutions-APIG4', reason });
  }
}

/** No header, query or user agent: any of them may carry what a log must not hold. */
function accessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      requestId: AccessLogField.contextRequestId(),
      requestTime: AccessLogField.contextRequestTime(),
      sourceIp: AccessLogField.contextIdentitySourceIp(),
      method: AccessLogField.contextHttpMethod(),
      path: AccessLogField.contextPath(),
      route: '$context.routeKey',
      status: AccessLogField.contextStatus(),
      responseBytes: AccessLogField.contextResponseLength(),
      latencyMs: AccessLogField.contextResponseLatency(),
      integrationLatencyMs: AccessLogField.contextIntegrationLatency(),
      integrationError: AccessLogField.contextIntegrationErrorMessage(),
      error: AccessLogField.contextErrorMessage(),
    }),
  );
}
