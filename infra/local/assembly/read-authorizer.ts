import type { TemplateResource } from './cloud-assembly.ts';
import type { PropertyRule } from './property-bag.ts';
import { readResource } from './read-resource.ts';
import type { References } from './resolve-intrinsics.ts';

/** What a JWT authorizer asks of a token. */
export interface JwtAuthorizer {
  /** Where the token stands: `$request.header.Authorization` or `$request.querystring.token`. */
  readonly identitySource: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
}

const AUTHORIZER: PropertyRule = {
  used: ['AuthorizerType', 'IdentitySource', 'JwtConfiguration'],
  ignored: [
    'ApiId',
    'AuthorizerCredentialsArn',
    'AuthorizerPayloadFormatVersion',
    'AuthorizerResultTtlInSeconds',
    'AuthorizerUri',
    'EnableSimpleResponses',
    'Name',
  ],
};
const JWT: PropertyRule = { used: ['Audience', 'Issuer'] };

/**
 * The JWT authorizer in a resource; nothing when it is a Lambda authorizer, which is not emulated.
 *
 * @throws Error when it has not exactly one identity source, or no issuer.
 */
export function readAuthorizer(
  resource: TemplateResource,
  references: References,
): JwtAuthorizer | undefined {
  const bag = readResource(resource, AUTHORIZER, references);
  if (bag.text('AuthorizerType') !== 'JWT') return undefined;
  const sources = bag.list('IdentitySource').map(String);
  const [identitySource] = sources;
  if (identitySource === undefined || sources.length > 1) {
    throw new Error(`${bag.where} has ${sources.length} identity sources: a JWT authorizer has one.`);
  }
  const jwt = bag.section('JwtConfiguration', JWT);
  if (jwt === undefined) throw new Error(`${bag.where} has no JwtConfiguration: a JWT authorizer needs it.`);
  return { identitySource, issuer: jwt.text('Issuer'), audiences: jwt.list('Audience').map(String) };
}
