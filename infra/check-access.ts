import { Token } from 'aws-cdk-lib';
import { HttpAuthorizerType } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { authorizationOf } from './authorization-of.ts';
import { ConfigurationError } from './configuration-error.ts';

/**
 * What API Gateway says of the caller of a signed request, that stays the same from one of its sessions to the next
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 */
const IAM_CLAIMS = ['accountId', 'callerId', 'principalOrgId', 'userArn', 'userId'];

/**
 * Refuses a claim that no caller could ever have.
 * @throws ConfigurationError naming the value, the rule and the cure.
 */
export function checkTenantClaim(tenantClaim: string, authorizer: IHttpRouteAuthorizer): void {
  const value = `tenantClaim is ${JSON.stringify(tenantClaim)}`;
  if (tenantClaim.trim() === '') {
    throw new ConfigurationError(
      `${value}, which names no claim; give the claim's name, or leave it out to have one tenant.`,
    );
  }
  const authorization = authorizationOf(authorizer);
  if (authorization === 'NONE') {
    throw new ConfigurationError(
      `${value}, and the authorizer is HttpNoneAuthorizer, which tells no claims; give an authorizer that knows the caller, or leave tenantClaim out.`,
    );
  }
  if (authorization === HttpAuthorizerType.IAM && !IAM_CLAIMS.includes(tenantClaim)) {
    throw new ConfigurationError(
      `${value}, which IAM does not tell of a caller; give ${IAM_CLAIMS.join(', ')}, or another authorizer.`,
    );
  }
}

/**
 * Refuses what no browser calls an origin. A token is taken as it is: its value is known at deployment only.
 * @throws ConfigurationError naming the value, the rule and the cure.
 */
export function checkCorsOrigins(origins: readonly string[]): void {
  if (origins.length === 0) {
    throw new ConfigurationError(
      'corsOrigins is empty, which lets no page in; give an origin, such as https://example.com, or leave it out.',
    );
  }
  const wrong = origins.find((origin) => !Token.isUnresolved(origin) && !isOrigin(origin));
  if (wrong !== undefined) {
    throw new ConfigurationError(
      `corsOrigins has ${JSON.stringify(wrong)}, which is no origin; give scheme, host and port alone, such as https://example.com or http://localhost:5173, or "*" for all.`,
    );
  }
}

/** API Gateway has `https://*` for all origins of a scheme, but no other pattern. */
function isOrigin(text: string): boolean {
  if (['*', 'http://*', 'https://*'].includes(text)) return true;
  const url = URL.parse(text);
  return url?.origin === text && /^https?:$/.test(url.protocol) && !url.host.includes('*');
}
