import { describe, expect, test } from 'vitest';
import { FIXTURE_RESOURCES, type FixtureResources } from '../fixture-assembly.ts';
import { planFixture } from './plan-fixture.ts';

const authorizer = {
  AuthorizerType: 'JWT',
  ApiId: { Ref: 'Api' },
  Name: 'Users',
  IdentitySource: ['$request.header.Authorization'],
  JwtConfiguration: {
    Issuer: { 'Fn::Join': ['', ['https://idp.', { Ref: 'AWS::Region' }, '.example']] },
    Audience: ['tasks'],
  },
};

/** A resource of the fixture with more properties. */
function changed(name: string, properties: object): FixtureResources {
  const resource = FIXTURE_RESOURCES[name];
  if (resource === undefined) throw new Error(`The fixture has no ${name}.`);
  return { [name]: { ...resource, Properties: { ...resource.Properties, ...properties } } };
}

/** The fixture with an authorizer of these properties in front of its first route. */
function withAuthorizer(properties: object, route: object = { AuthorizationType: 'JWT' }): FixtureResources {
  return {
    Users: { Type: 'AWS::ApiGatewayV2::Authorizer', Properties: { ...authorizer, ...properties } },
    ...changed('EnterRoute', { AuthorizerId: { Ref: 'Users' }, ...route }),
  };
}

describe('a JWT authorizer', () => {
  test('is what its routes ask for, with their scopes', () => {
    const route = { AuthorizationType: 'JWT', AuthorizationScopes: ['write'] };
    const { httpApi, notEmulated } = planFixture(withAuthorizer({}, route));
    expect(httpApi?.routes.map(({ key, jwt }) => [key, jwt])).toEqual([
      [
        'POST /items',
        {
          identitySource: '$request.header.Authorization',
          issuer: 'https://idp.us-east-1.example',
          audiences: ['tasks'],
          scopes: ['write'],
        },
      ],
      ['GET /items/{id}', undefined],
    ]);
    expect(httpApi?.unenforced).toEqual(['AWS_IAM']);
    expect(notEmulated.join()).not.toContain('Authorizer');
  });

  test.each([
    ['an identity source', { IdentitySource: [] }, /Users has 0 identity sources/],
    ['a JwtConfiguration', { JwtConfiguration: { 'Fn::If': [] } }, /Fn::If/],
    ['an issuer', { JwtConfiguration: { Audience: ['a'] } }, /has Issuer undefined/],
  ])('needs %s', (_, properties, message) => {
    expect(() => planFixture(withAuthorizer(properties))).toThrow(message);
  });

  test('stands in the template of the route that asks for it', () => {
    const route = { AuthorizationType: 'JWT', AuthorizerId: 'abc123' };
    expect(() => planFixture(withAuthorizer({}, route))).toThrow(
      'has AuthorizerId abc123, which is no JWT authorizer of this template',
    );
  });
});

describe('a Lambda authorizer', () => {
  test('is not enforced, and that is told', () => {
    const { httpApi } = planFixture(
      withAuthorizer(
        { AuthorizerType: 'REQUEST', AuthorizerUri: { Ref: 'Enter' } },
        { AuthorizationType: 'CUSTOM' },
      ),
    );
    expect(httpApi?.unenforced).toEqual(['CUSTOM', 'AWS_IAM']);
  });
});

describe('a CORS configuration', () => {
  test('is read with what it leaves out', () => {
    expect(planFixture().httpApi?.cors).toBeUndefined();
    const values = { AllowOrigins: ['*'], AllowMethods: ['GET'], MaxAge: 60 };
    const { httpApi } = planFixture(changed('Api', { CorsConfiguration: values }));
    expect(httpApi?.cors).toEqual({
      allowOrigins: ['*'],
      allowMethods: ['GET'],
      allowHeaders: [],
      exposeHeaders: [],
      allowCredentials: false,
      maxAge: 60,
    });
  });
});
