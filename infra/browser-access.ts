import { Duration } from 'aws-cdk-lib';
import { CorsHttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { CorsPreflightOptions } from 'aws-cdk-lib/aws-apigatewayv2';

/** What the calls take, and what a request that is signed for IAM has; a browser sends no header that is not named. */
const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'idempotency-key',
  'if-none-match',
  'prefer',
  'task-token',
  'traceparent',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
];
/** What the answers have beside what a page may read anyway. */
const ANSWER_HEADERS = ['etag', 'idempotency-replayed', 'location', 'preference-applied', 'retry-after'];

/**
 * Lets pages of these origins make every call of the API and read every answer. Cookies are neither sent nor taken: credentials
 * are a header.
 */
export function browserAccess(origins: readonly string[]): CorsPreflightOptions {
  return {
    allowOrigins: [...origins],
    allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.HEAD, CorsHttpMethod.POST],
    allowHeaders: REQUEST_HEADERS,
    exposeHeaders: ANSWER_HEADERS,
    maxAge: Duration.hours(1),
  };
}
