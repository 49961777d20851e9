import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { TaskSystem } from '../../infra/task-system.ts';
import { readTemplate } from './read-template.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const actions = join(temporaryDirectory({ 'registry.ts': 'export const actions = [];' }), 'registry.ts');
const stack = new Stack(new App({ outdir: temporaryDirectory() }), 'Foreign');
const system = new TaskSystem(stack, 'Tasks', {
  actions,
  authorizer: new HttpJwtAuthorizer('Users', 'https://issuer.example', { jwtAudience: ['tasks'] }),
  tenantClaim: 'org',
  corsOrigins: ['https://example.com'],
});
const template = readTemplate(stack);
const Environment = v.object({ Variables: v.record(v.string(), v.unknown()) });

describe('the claim that names the tenant', () => {
  it('is told to the functions behind the API, and to no other', () => {
    const told = [...template.all('AWS::Lambda::Function').values()]
      .map(({ Properties }) => v.parse(Environment, Properties['Environment']).Variables['TENANT_CLAIM'])
      .filter((claim) => claim !== undefined);
    expect(told).toEqual(['org', 'org']);
    const names = ['ApiFunction', 'StatusFunction'];
    for (const name of names) {
      expect(template.named('AWS::Lambda::Function', `Tasks${name}`).Properties).toMatchObject({
        Environment: { Variables: { TENANT_CLAIM: 'org' } },
      });
    }
  });
});

describe('the origins of pages', () => {
  it('may make every call with every header that it takes, and read every header of the answer', () => {
    const [api] = template.all('AWS::ApiGatewayV2::Api').values();
    expect(api?.Properties['CorsConfiguration']).toEqual({
      AllowOrigins: ['https://example.com'],
      AllowMethods: ['GET', 'HEAD', 'POST'],
      AllowHeaders: expect.arrayContaining([
        'authorization',
        'content-type',
        'idempotency-key',
        'if-none-match',
        'prefer',
        'task-token',
        'traceparent',
        'x-amz-date',
      ]),
      ExposeHeaders: ['etag', 'idempotency-replayed', 'location', 'preference-applied', 'retry-after'],
      MaxAge: 3600,
    });
  });

  it('are asked about without credentials', () => {
    const routes = [...template.all('AWS::ApiGatewayV2::Route').values()];
    const preflight = routes.find(({ Properties }) => Properties['RouteKey'] === 'OPTIONS /{path+}');
    expect(preflight?.Properties['AuthorizationType']).toBe('NONE');
    expect(routes).toHaveLength(13);
    expect(system.node.findChild('Api').node.tryFindChild('Preflight')).toBeDefined();
  });
});
