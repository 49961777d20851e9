import { isRecord, type JsonRecord } from '../assembly/record.ts';
import type { JwtAuthorizer } from '../assembly/read-authorizer.ts';
import type { JwtRequirement } from '../assembly/read-http-api.ts';
import { gatewayAnswer, type HttpAnswer } from './http-answer.ts';

/** What a function is told of a caller with a token. */
export interface JwtIdentity {
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[] | null;
}

/** Where a request may carry its token. */
export interface TokenCarrier {
  /** By lower-cased name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly query: URLSearchParams;
}

/**
 * Who sends a request, or API Gateway's refusal: 401, and 403 when the token lacks the route's scopes. Its checks are those of
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html but one: the signature is not verified, as that
 * takes the issuer. So anybody can make a token that passes here.
 * @param nowMs milliseconds since 1970.
 */
export function authorize(
  requirement: JwtRequirement,
  carrier: TokenCarrier,
  nowMs: number,
): JwtIdentity | HttpAnswer {
  const token = tokenIn(carrier, requirement.identitySource);
  if (token === undefined) return refusal(401, 'Unauthorized', 'Bearer');
  const claims = claimsOf(token);
  const fault = claims === undefined ? 'the token is malformed' : faultOf(claims, requirement, nowMs / 1000);
  if (claims === undefined || fault !== undefined) {
    return refusal(401, 'Unauthorized', `Bearer scope="" error="invalid_token" error_description="${fault}"`);
  }
  const scopes = textsOf(claims['scope'] ?? claims['scp']);
  const wanted = requirement.scopes;
  if (wanted.length > 0 && !wanted.some((scope) => scopes.includes(scope))) {
    return refusal(403, 'Forbidden', `Bearer scope="${wanted.join(' ')}" error="insufficient_scope"`);
  }
  return {
    claims: Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, claimText(value)])),
    scopes: wanted.length > 0 ? scopes : null,
  };
}

function refusal(statusCode: number, message: string, challenge: string): HttpAnswer {
  const answer = gatewayAnswer(statusCode, message);
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge } };
}

/** The token, with or without `Bearer` in front. */
function tokenIn({ headers, query }: TokenCarrier, identitySource: string): string | undefined {
  const [, place, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(identitySource) ?? [];
  const found = place === 'header' ? headers[name.toLowerCase()] : query.get(name);
  const token = String(found ?? '').replace(/^Bearer(\s+|$)/i, '');
  return token === '' ? undefined : token;
}

function claimsOf(token: string): JsonRecord | undefined {
  const [header, claims, signature, ...others] = token.split('.');
  if (signature === undefined || others.length > 0) return undefined;
  return decoded(header) && decoded(claims);
}

function decoded(part = ''): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function faultOf(claims: JsonRecord, { issuer, audiences }: JwtAuthorizer, now: number): string | undefined {
  const { iss, aud, exp, nbf, iat, client_id: client } = claims;
  if (iss !== issuer) return 'the token has an invalid issuer';
  if (![aud ?? client].flat().some((audience) => audiences.some((wanted) => wanted === audience))) {
    return 'the token does not have a valid audience';
  }
  if (typeof exp !== 'number' || exp <= now) return 'the token has expired';
  if ([nbf, iat].some((time) => time !== undefined && !(typeof time === 'number' && time <= now))) {
    return 'the token is not valid yet';
  }
  return undefined;
}

/** A list, or a text of words. */
function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : [];
}

/** Every claim reaches a function as a text; of a list it is one in brackets, without commas, and of an object one of its JSON. */
function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
