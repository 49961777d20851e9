import type { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** What the API takes. */
export interface TaskHttpApiProps {
  readonly api: IFunction;
  readonly status: IFunction;
  readonly authorizer: IHttpRouteAuthorizer;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The HTTP API and its routes. Whatever no route names goes to the status function too, which answers 404 and 405 as a problem
 * document where API Gateway would say `{"message":"Not Found"}`; the authorizer guards that route like the others. Throttling
 * is the account's. An integration has API Gateway's 30 seconds.
 */
export class TaskHttpApi extends Construct {
  readonly httpApi: HttpApi;
  /** Where the API answers, down to its version: `https://…/v1`. */
  readonly url: string;
  readonly createRoute: HttpRoute;
  readonly fetchRoute: HttpRoute;
  readonly otherRoute: HttpRoute;

  constructor(scope: Construct, id: string, props: TaskHttpApiProps) {
    super(scope, id);
    this.httpApi = new HttpApi(this, 'HttpApi', {
      description: 'Creates and fetches tasks.',
      createDefaultStage: false,
      defaultAuthorizer: props.authorizer,
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
    this.createRoute = new HttpRoute(this, 'CreateTask', {
      httpApi: this.httpApi,
      routeKey: HttpRouteKey.with('/v1/tasks', HttpMethod.POST),
      integration: toApi,
    });
    this.fetchRoute = new HttpRoute(this, 'FetchTask', {
      httpApi: this.httpApi,
      routeKey: HttpRouteKey.with('/v1/tasks/{id}', HttpMethod.GET),
      integration: toStatus,
    });
    this.otherRoute = new HttpRoute(this, 'AnythingElse', {
      httpApi: this.httpApi,
      routeKey: HttpRouteKey.DEFAULT,
      integration: toStatus,
    });
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
