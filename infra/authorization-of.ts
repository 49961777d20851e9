import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';

/**
 * What an authorizer asks of callers: `AWS_IAM`, `JWT`, `CUSTOM` or `NONE`, as CDK's own authorizers say; undefined for one that
 * does not say.
 */
export function authorizationOf(authorizer: IHttpRouteAuthorizer): unknown {
  return 'authorizationType' in authorizer ? authorizer.authorizationType : undefined;
}
