import { Lazy } from 'aws-cdk-lib';
import { HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { describe, expect, it } from 'vitest';
import { checkCorsOrigins, checkTenantClaim } from '../../infra/check-access.ts';
import { ConfigurationError } from '../../infra/configuration-error.ts';

const iam = new HttpIamAuthorizer();
const jwt = new HttpJwtAuthorizer('Tokens', 'https://issuer.example', { jwtAudience: ['tasks'] });
const none = new HttpNoneAuthorizer();
const own: IHttpRouteAuthorizer = { bind: () => ({ authorizationType: 'CUSTOM' }) };

describe('a claim that names the tenant', () => {
  it.each(['accountId', 'callerId', 'principalOrgId', 'userArn', 'userId'])(
    'is %s with IAM, which tells it of every caller',
    (claim) => {
      expect(() => checkTenantClaim(claim, iam)).not.toThrow();
    },
  );

  it('is any with an authorizer that tells its own', () => {
    for (const authorizer of [jwt, own]) {
      expect(() => checkTenantClaim('https://example.com/org', authorizer)).not.toThrow();
    }
  });

  it.each<[string, IHttpRouteAuthorizer, string]>([
    [
      '',
      jwt,
      'tenantClaim is "", which names no claim; give the claim\'s name, or leave it out to have one tenant.',
    ],
    [
      ' ',
      iam,
      'tenantClaim is " ", which names no claim; give the claim\'s name, or leave it out to have one tenant.',
    ],
    [
      'sub',
      none,
      'tenantClaim is "sub", and the authorizer is HttpNoneAuthorizer, which tells no claims; give an authorizer that knows the caller, or leave tenantClaim out.',
    ],
    [
      'sub',
      iam,
      'tenantClaim is "sub", which IAM does not tell of a caller; give accountId, callerId, principalOrgId, userArn, userId, or another authorizer.',
    ],
    [
      'accessKey',
      iam,
      'tenantClaim is "accessKey", which IAM does not tell of a caller; give accountId, callerId, principalOrgId, userArn, userId, or another authorizer.',
    ],
  ])('is not %j with this authorizer', (claim, authorizer, message) => {
    expect(() => checkTenantClaim(claim, authorizer)).toThrow(new ConfigurationError(message));
  });
});

describe('the origins of pages', () => {
  it.each([
    '*',
    'https://*',
    'http://*',
    'https://example.com',
    'http://localhost:5173',
    'https://[::1]:8443',
  ])('may have %s', (origin) => {
    expect(() => checkCorsOrigins([origin])).not.toThrow();
  });

  it('may have one that is known at deployment only', () => {
    const host = Lazy.string({ produce: () => 'example.com' });
    expect(() => checkCorsOrigins([`https://${host}`])).not.toThrow();
  });

  it.each([
    '',
    'example.com',
    'https://example.com/',
    'https://example.com/page',
    'https://Example.com',
    'https://example.com:443',
    'https://*.example.com',
    'ftp://example.com',
    'null',
  ])('cannot have %j', (origin) => {
    expect(() => checkCorsOrigins(['https://example.org', origin])).toThrow(
      `corsOrigins has ${JSON.stringify(origin)}, which is no origin;`,
    );
  });

  it('cannot be none', () => {
    expect(() => checkCorsOrigins([])).toThrow(ConfigurationError);
  });
});
